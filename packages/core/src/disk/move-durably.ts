import { mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from './files-error.ts'

/** What systems answer that cannot sync a folder, Windows among them. */
const cannotSyncFolder = ['EISDIR', 'EPERM', 'EACCES', 'EINVAL', 'ENOTSUP']

/**
 * Renames a file into a folder, which is made when it is missing, and waits until the name is on disk. The same content may be there
 * already: it is replaced in one step, and whoever reads it keeps the file that was opened.
 */
export async function moveDurably(from: string, to: string): Promise<void> {
  const folder = dirname(to)
  const firstMade = await mkdir(folder, { recursive: true })
  await rename(from, to)
  await syncFolder(folder)
  if (firstMade === undefined) return
  for (let made = folder; made.length >= firstMade.length; made = dirname(made)) await syncFolder(dirname(made))
}

async function syncFolder(folder: string): Promise<void> {
  try {
    const handle = await open(folder)
    try {
      await handle.sync()
    } finally {
      await handle.close()
    }
  } catch (error) {
    if (!cannotSyncFolder.includes(systemCode(error) ?? '')) throw error
  }
}
