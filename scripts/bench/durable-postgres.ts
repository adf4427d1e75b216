import { execFileSync, spawnSync } from 'node:child_process'
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { percentile } from './percentile.ts'

/** A server for one benchmark. */
export interface BenchPostgres {
  readonly superuserUrl: string
  /** Whether a commit waits for the disk. */
  readonly isDurable: boolean
  /** Of the process whose children serve, for their CPU time. Null: it is not on this machine, or nobody knows. */
  readonly pid: number | null
  stop(): void
}

const script = join(import.meta.dirname, '../../.ci/postgres')

/** A cluster of its own that waits for its disk, in the folder for temporary files; where none can be made, the server that `OFM_TEST_POSTGRES_URL` names. */
export async function startDurablePostgres(): Promise<BenchPostgres | null> {
  const folder = join(tmpdir(), `ofm-bench-postgres-${process.pid}`)
  const { status, stdout } = spawnSync(script, ['start', folder, 'durable'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const made = status === 0 ? /=(\S+)/.exec(stdout)?.[1] : undefined
  const superuserUrl = made ?? postgresAdminUrl
  if (superuserUrl === undefined) return null
  const { isDurable, pid } = await readServer(superuserUrl, made !== undefined)
  const stop = () => void execFileSync(script, ['stop', folder], { stdio: 'inherit' })
  return { superuserUrl, isDurable, pid, stop: made === undefined ? () => undefined : stop }
}

async function readServer(connectionString: string, isOurs: boolean) {
  const admin = new pg.Client({ connectionString })
  await admin.connect()
  try {
    const { rows } = await admin.query<{ setting: string }>(
      "select setting from pg_settings where name in ('fsync', 'synchronous_commit', 'full_page_writes')",
    )
    const file = isOurs ? await admin.query<{ text: string }>("select pg_read_file('postmaster.pid') as text") : null
    const pid = file ? Number(file.rows[0]?.text.split('\n')[0]) : null
    return { isDurable: rows.every(({ setting }) => setting === 'on'), pid }
  } finally {
    await admin.end()
  }
}

/** How long the disk takes to keep 8 kB, in the folder in which the cluster lives: half of the times are below this. */
export function measureFlushMs(): number {
  const path = join(tmpdir(), `ofm-bench-flush-${process.pid}`)
  const file = openSync(path, 'w')
  try {
    const block = Buffer.alloc(8_192, 1)
    const times: number[] = []
    // The first writes of a file cost more: a log that is written again does not grow.
    for (let round = 0; round < 16; round += 1) writeSync(file, block, 0, block.length, round * block.length)
    fdatasyncSync(file)
    for (let round = 0; round < 200; round += 1) {
      const startedAt = performance.now()
      writeSync(file, block, 0, block.length, (round % 16) * block.length)
      fdatasyncSync(file)
      times.push(performance.now() - startedAt)
    }
    return percentile(times, 0.5)
  } finally {
    closeSync(file)
    rmSync(path)
  }
}
