import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const leftoverAgeMs = 86_400_000

/**
 * Removes what crashed uploads left: folders in which nothing was written for a day. The age is measured against a file that was just
 * written, so by the clock of the file system, which other machines may share. What cannot be removed only takes space.
 */
export async function removeLeftovers(uploadsFolder: string, justWritten: string): Promise<void> {
  const { mtimeMs: nowMs } = await stat(justWritten)
  const names = await readdir(uploadsFolder)
  await Promise.allSettled(
    names.map(async (name) => {
      const folder = join(uploadsFolder, name)
      const writtenAt = await Promise.all([folder, join(folder, 'bytes')].map(readWrittenMs))
      if (nowMs - Math.max(...writtenAt) > leftoverAgeMs) await rm(folder, { recursive: true, force: true })
    }),
  )
}

/** Zero when there is nothing. */
async function readWrittenMs(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined)
  return found?.mtimeMs ?? 0
}
