import { open, readFile, rename, rm } from 'node:fs/promises'
import { guard } from './data-folder.ts'
import { StartError, systemCodeOf } from './start-error.ts'

/** Held as long as this process uses the folder. */
export interface FolderLock {
  release(): Promise<void>
}

/**
 * Two processes on one PGlite folder destroy it. A lock that a dead process left is taken over.
 *
 * @throws {StartError} while another process holds it.
 */
export async function lockFolder(file: string): Promise<FolderLock> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    if (await tryLock(file)) return { release: () => rm(file, { force: true }) }
    const holder = await readHolder(file)
    if (holder && (await isAlive(holder))) {
      throw new StartError(
        `Another server (process ${holder.pid}) works in this folder: ${file}. Stop it, or name another folder in OFM_DATA_DIR.`,
      )
    }
    await takeAway(file)
  }
  throw new StartError(`The lock ${file} cannot be taken. Remove the file when no other server runs.`)
}

interface Holder {
  readonly pid: number
  /** Since boot, as the kernel counts it: tells a process from a later one with the same number. */
  readonly startedAt: string | null
}

function tryLock(file: string): Promise<boolean> {
  return guard(file, 'written', async () => {
    try {
      const handle = await open(file, 'wx', 0o600)
      const holder: Holder = { pid: process.pid, startedAt: await readStart(process.pid) }
      await handle.writeFile(JSON.stringify(holder))
      await handle.close()
      return true
    } catch (error) {
      if (systemCodeOf(error) === 'EEXIST') return false
      throw error
    }
  })
}

async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const holder: unknown = JSON.parse(await readFile(file, 'utf8'))
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('startedAt' in holder))
      return undefined
    if (typeof holder.pid !== 'number') return undefined
    return { pid: holder.pid, startedAt: typeof holder.startedAt === 'string' ? holder.startedAt : null }
  } catch {
    // Gone, or cut off by a crash.
    return undefined
  }
}

/** In a container every start has the number 1, so that the number alone says nothing. */
async function isAlive({ pid, startedAt }: Holder): Promise<boolean> {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
  } catch (error) {
    return systemCodeOf(error) === 'EPERM'
  }
  const now = await readStart(pid)
  return startedAt === null || now === null || now === startedAt
}

/** https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, field 22; null where there is no such file system. */
async function readStart(pid: number): Promise<string | null> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? null
  } catch {
    return null
  }
}

/** Of two that find the same stale lock, one renames it. */
async function takeAway(file: string): Promise<void> {
  const aside = `${file}.stale-${process.pid}`
  try {
    await rename(file, aside)
    await rm(aside, { force: true })
  } catch (error) {
    if (systemCodeOf(error) !== 'ENOENT') throw error
  }
}
