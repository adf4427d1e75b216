import { chmod, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile, readText } from './private-file.ts'
import { StartError, systemCodeOf } from './start-error.ts'

/** The folder of everything that is not in a database. */
export interface DataFolder {
  readonly path: string
  /** A path inside. */
  at(name: string): string
  /** The text of a private file; undefined when there is none. */
  readPrivate(name: string): Promise<string | undefined>
  /** Writes a file that only its owner may read. */
  writePrivate(name: string, text: string): Promise<void>
  /** The same for a file that is made once. Of processes that do it together one does, and all get its text. */
  ensurePrivate(name: string, text: string): Promise<string>
}

/** Opens the folder, and makes it on first use. */
export async function openDataFolder(path: string): Promise<DataFolder> {
  await guard(path, 'written', () => mkdir(path, { recursive: true, mode: 0o700 }))
  const at = (name: string) => join(path, name)
  return {
    path,
    at,
    readPrivate: (name) => guard(at(name), 'read', () => readText(at(name))),
    writePrivate: (name, text) =>
      guard(at(name), 'written', async () => {
        await writeFile(at(name), `${text}\n`, { mode: 0o600 })
        // The mode above counts only for a new file.
        await chmod(at(name), 0o600)
      }),
    ensurePrivate: (name, text) =>
      guard(at(name), 'written', async () => {
        if (await createFile(at(name), text)) return text
        return (await readText(at(name))) ?? text
      }),
  }
}

const reasons: Readonly<Record<string, string>> = {
  EACCES: 'this user has no permission there',
  EPERM: 'this user has no permission there',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EEXIST: 'a file stands where the folder should be',
  ENOTDIR: 'a file stands where the folder should be',
  EISDIR: 'a folder stands where the file should be',
}

/** Runs work on the file system, and turns its errors into a sentence. */
export async function guard<Result>(
  path: string,
  doing: 'read' | 'written',
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    const code = systemCodeOf(error)
    if (code === undefined) throw error
    const reason = reasons[code] ?? code
    throw new StartError(
      `${path} cannot be ${doing}: ${reason}. Repair it, or name another folder in OFM_DATA_DIR.`,
      error,
    )
  }
}
