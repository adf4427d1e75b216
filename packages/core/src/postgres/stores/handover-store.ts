import { type RawBuilder, sql } from 'kysely'
import type { Handover, HandoverStore } from '../../engine/handover-store.ts'
import type { Database, Tx } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { toTextArray } from './rows.ts'

/** The rows of `ofm.work`, as the outbox of a durable engine. */
export function createPostgresHandoverStore(database: Database): HandoverStore {
  return {
    take: (options) => database.inEngine((tx) => take(tx, options)),
    settle: (told) => database.inEngine((tx) => settle(tx, told)),
    giveBack: (untold) =>
      database.inEngine(async (tx) => {
        const ids = toTextArray(untold.map(({ publicationId }) => publicationId))
        await sql`update ofm.work set telling_until = null where publication_id = any (${ids})`.execute(tx)
      }),
    keep: (publicationId, dueWithinMs) =>
      database.inEngine(async (tx) => {
        const { rows } = await sql<{ waitMs: number | null }>`
          update ofm.work set
            told_at = case when run_at <= ofm.now() + ${ms(dueWithinMs)} then run_at end,
            told_on = ofm.now(),
            lease_until = case when lease_owner is not null then lease_until end
          where publication_id = ${publicationId}
          returning case when told_at is not null then greatest(0, ofm.ms(greatest(told_at, lease_until)) - ofm.ms(ofm.now())) end as "waitMs"`.execute(
          tx,
        )
        return rows[0]?.waitMs ?? null
      }),
    free: (publicationId, owner) => free(database, publicationId, owner),
    reclaim: (options) => database.inEngine((tx) => reclaim(tx, options)),
  }
}

const ms = (count: number): RawBuilder<unknown> => sql`${count}::double precision * interval '1 ms'`
const isFree = sql`(w.lease_until is null or w.lease_until <= ofm.now())`
/** How long who has given a row back has to look again, before somebody is told to. */
const BETWEEN_STEPS_MS = 1_000
/** A lease that was given back has an end and no owner. */
const isBetweenSteps = sql`coalesce(w.lease_owner is null and w.lease_until > ofm.now() - ${ms(BETWEEN_STEPS_MS)}, false)`

/** The conditions on `run_at` and `told_at` are those of the index `work_untold`. */
async function take(
  tx: Tx,
  { dueWithinMs, limit, leaseMs }: Parameters<HandoverStore['take']>[0],
): Promise<readonly Handover[]> {
  const { rows } = await sql<Handover>`
    with due as (
      select w.publication_id from ofm.work w
      where w.run_at is not null and w.run_at is distinct from w.told_at and w.run_at <= ofm.now() + ${ms(dueWithinMs)}
        and (w.telling_until is null or w.telling_until <= ofm.now()) and ${isFree} and not ${isBetweenSteps}
      order by w.run_at
      limit ${limit}::int
      for update skip locked
    ), taken as (
      update ofm.work w set telling_until = ofm.now() + ${ms(leaseMs)}
      from due where w.publication_id = due.publication_id
      returning w.*
    )
    select publication_id as "publicationId", platform, run, greatest(0, ofm.ms(run_at) - ofm.ms(ofm.now())) as "dueInMs",
      told_at is not null as known, ofm.ms(run_at) as "runAt"
    from taken order by run_at, publication_id`.execute(tx)
  return rows
}

async function settle(tx: Tx, told: Parameters<HandoverStore['settle']>[0]): Promise<void> {
  if (told.length === 0) return
  await sql`
    update ofm.work w
    set telling_until = null, told_on = ofm.now(), told_at = case when ofm.ms(w.run_at) = given."runAt" then w.run_at else w.told_at end
    from jsonb_to_recordset(${toJson(told)}) as given ("publicationId" text, "runAt" double precision)
    where w.publication_id = given."publicationId"`.execute(tx)
}

/** By its fence, so that a statement which the database carries out late ends no later lease of the same owner. */
async function free(database: Database, publicationId: string, owner: string): Promise<boolean> {
  const held = await database.inEngine((tx) =>
    sql<{ fence: string }>`
      select fence::text as fence from ofm.work
      where publication_id = ${publicationId} and lease_owner = ${owner} and lease_until > ofm.now()`.execute(tx),
  )
  const [lease] = held.rows
  if (!lease) return false
  const freed = await database.inEngine((tx) =>
    sql`
      update ofm.work set lease_until = null, lease_owner = null
      where publication_id = ${publicationId} and lease_owner = ${owner} and fence = ${lease.fence}::bigint
      returning publication_id`.execute(tx),
  )
  return freed.rows.length > 0
}

async function reclaim(
  tx: Tx,
  { overdueMs, toldAgoMs, limit }: Parameters<HandoverStore['reclaim']>[0],
): Promise<number> {
  const { rows } = await sql`
    with lost as (
      select w.publication_id from ofm.work w
      where w.run_at is not null and w.run_at <= ofm.now() - ${ms(overdueMs)} and w.told_at = w.run_at
        and (w.told_on is null or w.told_on <= ofm.now() - ${ms(toldAgoMs)}) and ${isFree}
      order by w.run_at
      limit ${limit}::int
      for update skip locked
    )
    update ofm.work w set told_at = null from lost where w.publication_id = lost.publication_id
    returning w.publication_id`.execute(tx)
  return rows.length
}
