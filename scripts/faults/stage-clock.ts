import type pg from 'pg'
import { createDatabase } from '../../packages/core/src/postgres/database.ts'
import { installTestClock } from '../../packages/core/src/postgres/testing/test-clock.ts'

const START_AT = 1_800_000_000_000
/**
 * In real time, and longer than any call here takes: a lease that stays for so long, and is not even renewed, was taken on a connection that broke, and its
 * process knows nothing of it.
 */
const ORPHAN_AFTER_MS = 90_000

/** One clock for the database and the platform. It leaps to what is next, as soon as nothing is in hand. */
export interface StageClock {
  /** Epoch milliseconds. */
  now(): number
  advance(ms: number): Promise<void>
  /** What is in hand now was a killed process's: nobody will give it back. */
  noteDeath(): Promise<void>
  /** Leaps to the next due time, or to the end of a lease that nobody holds; does nothing while a living process works or has something to do. */
  leap(): Promise<void>
}

interface Lease {
  readonly id: string
  readonly fence: string
  /** Another one after each renewal. */
  readonly written: string
}

/** @param owner A pool of the login that owns the schema. @param admin Sees the queue of all agencies. */
export async function createStageClock(owner: pg.Pool, admin: pg.Pool): Promise<StageClock> {
  const clock = await installTestClock(createDatabase({ pool: owner }), START_AT)
  const dead = new Set<string>()
  const seenSince = new Map<string, number>()
  const nameOf = ({ id, fence }: Lease): string => `${id} ${fence}`
  let at = START_AT
  const advance = async (ms: number): Promise<void> => {
    await clock.advance(ms)
    at += ms
  }
  const readLeases = async (): Promise<readonly Lease[]> => {
    const { rows } = await admin.query<Lease>(
      'select publication_id as id, fence::text as fence, xmin::text as written from ofm.work where lease_until > ofm.now()',
    )
    return rows
  }
  const isNobodys = (lease: Lease): boolean => {
    const name = `${nameOf(lease)} ${lease.written}`
    const since = seenSince.get(name) ?? performance.now()
    seenSince.set(name, since)
    return dead.has(nameOf(lease)) || performance.now() - since > ORPHAN_AFTER_MS
  }
  return {
    now: () => at,
    advance,
    async noteDeath() {
      for (const lease of await readLeases()) dead.add(nameOf(lease))
    },
    async leap() {
      const { rows } = await admin.query<{ isDue: boolean; nextInMs: number | null }>(`
        select coalesce(bool_or(run_at <= ofm.now() and (lease_until is null or lease_until <= ofm.now())), false) as "isDue",
          ceil(extract(epoch from min(case when lease_until > ofm.now() then greatest(lease_until, run_at) else run_at end) - ofm.now()) * 1000)::float8 as "nextInMs"
        from ofm.work where run_at is not null`)
      const [queue] = rows
      if (!queue || queue.isDue || queue.nextInMs === null) return
      const leases = await readLeases()
      const living = leases.filter((lease) => !isNobodys(lease))
      if (living.length === 0) await advance(Math.max(1, queue.nextInMs))
    },
  }
}
