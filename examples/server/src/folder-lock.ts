import { link, readFile, rename, rm } from 'node:fs/promises'
import { guard } from './data-folder.ts'
import { createFile, readText } from './private-file.ts'
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
    const left = await guard(file, 'read', () => readText(file))
    if (left === undefined) continue
    const holder = parseHolder(left)
    if (holder && (await isAlive(holder))) {
      throw new StartError(
        `Another server (process ${holder.pid}) works in this folder: ${file}. Stop it, or name another folder in OFM_DATA_DIR.`,
      )
    }
    await takeAway(file, left)
  }
  throw new StartError(`The lock ${file} cannot be taken. Remove the file when no other server runs.`)
}

interface Holder {
  readonly pid: number
  /** Since boot, as the kernel counts it: tells a process from a later one with the same number. */
  readonly startedAt: string | null
}

async function tryLock(file: string): Promise<boolean> {
  const holder: Holder = { pid: process.pid, startedAt: await readStart(process.pid) }
  return guard(file, 'written', () => createFile(file, JSON.stringify(holder)))
}

/** Undefined for what is no lock of ours. */
function parseHolder(text: string): Holder | undefined {
  try {
    const holder: unknown = JSON.parse(text)
    if (typeof holder !== 'object' || holder === null || !('pid' in holder) || !('startedAt' in holder))
      return undefined
    if (typeof holder.pid !== 'number') return undefined
    return { pid: holder.pid, startedAt: typeof holder.startedAt === 'string' ? holder.startedAt : null }
  } catch {
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

/** Of two that find the same stale lock, one renames it. The other one may meet the lock that the first has made since, and puts that back. */
async function takeAway(file: string, stale: string): Promise<void> {
  const aside = `${file}.stale-${process.pid}`
  try {
    await rename(file, aside)
    if ((await readText(aside)) !== stale) await link(aside, file)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes(systemCodeOf(error) ?? '')) throw error
  }
  await rm(aside, { force: true })
}
