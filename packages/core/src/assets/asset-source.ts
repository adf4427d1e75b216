import { createReadStream } from 'node:fs'
import { access, constants, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { Readable } from 'node:stream'
import { SocialError } from '../social-error.ts'

/** Where the bytes of a new asset come from. */
export interface AssetSource {
  /** As the file is called there; undefined for a stream. */
  readonly fileName?: string
  /** Announced; storage refuses another number. */
  readonly sizeBytes?: number | undefined
  /** Opens the bytes, once. */
  open(): ReadableStream<Uint8Array>
}

/**
 * A file of this machine. Nothing is open yet.
 *
 * @throws {SocialError} `file_not_found` for what is no readable file.
 */
export async function readFileSource(path: string): Promise<AssetSource> {
  const problem = await findProblem(path)
  if (problem !== undefined) {
    throw new SocialError('file_not_found', problem, {
      problems: [{ path: 'file', code: 'file_not_found', message: problem }],
    })
  }
  const { size } = await stat(path)
  return {
    fileName: basename(path),
    sizeBytes: size,
    open: () => Readable.toWeb(createReadStream(path), { type: 'bytes' }) as ReadableStream<Uint8Array>,
  }
}

async function findProblem(path: string): Promise<string | undefined> {
  try {
    const found = await stat(path)
    if (!found.isFile()) return `${path} is no file.`
    await access(path, constants.R_OK)
    return undefined
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'ENOENT' || code === 'ENOTDIR') return `There is no file ${path}.`
    return `The file ${path} cannot be read: this process has no permission.`
  }
}
