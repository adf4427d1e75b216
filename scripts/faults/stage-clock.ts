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

/** A row of the queue. Waits are in ms from now; zero or less: over. */
interface Row {
  readonly dueInMs: number | null
  readonly lease: Hold | null
  /** A process tells a durable engine of it; others leave it alone meanwhile. */
  readonly telling: Hold | null
}

interface Hold {
  /** One taking of it. */
  readonly name: string
  /** Another one after each renewal. */
  readonly written: string
  readonly endsInMs: number
}

/** @param owner A pool of the login that owns the schema. @param admin Sees the queue of all agencies. */
export async function createStageClock(owner: pg.Pool, admin: pg.Pool): Promise<StageClock> {
  const clock = await installTestClock(createDatabase({ pool: owner }), START_AT)
  const dead = new Set<string>()
  const seenSince = new Map<string, number>()
  let at = START_AT
  const advance = async (ms: number): Promise<void> => {
    await clock.advance(ms)
    at += ms
  }
  const isNobodys = (hold: Hold): boolean => {
    const since = seenSince.get(hold.written) ?? performance.now()
    seenSince.set(hold.written, since)
    return dead.has(hold.name) || performance.now() - since > ORPHAN_AFTER_MS
  }
  return {
    now: () => at,
    advance,
    async noteDeath() {
      for (const { lease, telling } of await readQueue(admin))
        for (const hold of [lease, telling]) if (hold) dead.add(hold.name)
    },
    async leap() {
      const waits: number[] = []
      for (const { dueInMs, lease, telling } of await readQueue(admin)) {
        if (lease && !isNobodys(lease)) return
        // Who tells of it is alive: it is due as soon as it is told.
        const held = [lease, telling && isNobodys(telling) ? telling : null].map((hold) => hold?.endsInMs ?? 0)
        if (dueInMs !== null) waits.push(Math.max(dueInMs, ...held))
      }
      const next = Math.min(...waits)
      if (waits.length > 0 && next > 0) await advance(next)
    },
  }
}

async function readQueue(admin: pg.Pool): Promise<readonly Row[]> {
  const inMs = (moment: string): string => `ceil(extract(epoch from ${moment} - ofm.now()) * 1000)::float8`
  const hold = (until: string, name: string, written: string): string => `
    case when ${until} > ofm.now()
      then json_build_object('name', ${name}, 'written', ${written}, 'endsInMs', ${inMs(until)}) end`
  const lease = hold(
    'lease_until',
    `concat_ws(' ', publication_id, fence)`,
    `concat_ws(' ', publication_id, fence, xmin)`,
  )
  const toldAs = `concat_ws(' ', publication_id, 'until', telling_until)`
  const { rows } = await admin.query<Row>(`
    select ${inMs('run_at')} as "dueInMs", ${lease} as lease, ${hold('telling_until', toldAs, toldAs)} as telling
    from ofm.work where run_at is not null or lease_until > ofm.now()`)
  return rows
}
