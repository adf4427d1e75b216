import { type RawBuilder, sql } from 'kysely'
import type { AgencyId } from '../../model/ids.ts'
import type { PauseKey, PauseStore } from '../../pauses/pause-store.ts'
import type { Pause } from '../../pauses/pauses.ts'
import { type Database, setLocally, type Tx } from '../database.ts'
import { toEventWritesOfEach } from '../publishing/record-events.ts'
import { hasWork, wakePublications } from '../publishing/wake.ts'
import { carryOut } from '../publishing/write.ts'
import { toDate } from './rows.ts'

interface PauseRow {
  readonly scope: Pause['scope']
  readonly key: string
  readonly reason: string
  readonly by: string
  readonly since: number
  readonly until: number | null
}

const columns = sql`scope, key, message as reason, by, ofm.ms(since) as since, ofm.ms("until") as "until"`

const toPause = (row: PauseRow): Pause => ({ ...row, since: toDate(row.since), until: toDate(row.until) })

export function createPostgresPauseStore(database: Database): PauseStore {
  return {
    pause: async (agencyId, key, pause) => {
      const agencies = await readAgencies(database, agencyId)
      return database.inScope({ agencyId }, (tx) => switchOn(tx, { agencyId, agencies }, key, pause))
    },
    resume: async (agencyId, key, by) => {
      const agencies = await readAgencies(database, agencyId)
      return database.inScope({ agencyId }, (tx) => switchOff(tx, { agencyId, agencies }, key, by))
    },
    list: (agencyId) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<PauseRow>`
          select ${columns} from ofm.hold
          where agency_id in (${agencyId}, '*') and reason = 'paused' and ("until" is null or "until" > ofm.now())
          order by since, scope, key`.execute(tx)
        return rows.map(toPause)
      }),
  }
}

/** Whose row the switch is, and whose publications it covers. */
interface Reach {
  readonly agencyId: AgencyId
  readonly agencies: readonly string[]
}

/** A switch of the installation reaches every agency that has work. */
async function readAgencies(database: Database, agencyId: AgencyId): Promise<readonly string[]> {
  if (agencyId !== '*') return [agencyId]
  return database.inEngine(async (tx) => {
    const { rows } = await sql<{ agency_id: string }>`select distinct agency_id from ofm.work`.execute(tx)
    return rows.map(({ agency_id }) => agency_id)
  })
}

async function switchOn(
  tx: Tx,
  reach: Reach,
  { scope, key }: PauseKey,
  pause: Parameters<PauseStore['pause']>[2],
): Promise<Pause> {
  const until = pause.until?.getTime() ?? null
  const { rows } = await sql<PauseRow>`
    insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by, until)
    values (${reach.agencyId}, ${scope}, ${key}, 'paused', ${ownerOf(reach.agencyId, { scope, key })}, ${pause.reason}, ${pause.by},
      ofm.at(${until}::double precision))
    on conflict (agency_id, scope, key, reason) do update
    set message = excluded.message, by = excluded.by, until = excluded.until,
      since = case when hold.until is null or hold.until > ofm.now() then hold.since else excluded.since end
    returning ${columns}`.execute(tx)
  const row = rows[0]
  if (!row) throw new Error('the switch was not stored')
  await inEach(tx, reach, (agencyId) => wakePublications(tx, agencyId, sql`${covers({ scope, key })} and ${isActive}`))
  return toPause(row)
}

/** A permission that is missing is nothing that a word ends: it stays until the account is connected again. */
async function switchOff(tx: Tx, reach: Reach, key: PauseKey, by: string): Promise<boolean> {
  const { rows } = await sql<{ reason: string; on: boolean }>`
    delete from ofm.hold where agency_id = ${reach.agencyId} and scope = ${key.scope} and key = ${key.key} and reason <> 'permission'
    returning reason, reason = 'paused' and ("until" is null or "until" > ofm.now()) as "on"`.execute(tx)
  const wasOn = rows.some(({ on }) => on)
  const ended = rows.map(({ reason }) => reason)
  await inEach(tx, reach, async (agencyId) => {
    await wakePublications(tx, agencyId, sql`${covers(key)} and ${isActive}`)
    await endHolds(tx, agencyId, { key, reasons: ended, by })
    if (!wasOn) return
    // Spacing keeps what was held back from going out all at once.
    await sql`
      update ofm.publication p set spaced = true
      where p.agency_id = ${agencyId} and not p.spaced and p.due_at <= ofm.now() and ${covers(key)} and ${isActive}`.execute(
      tx,
    )
  })
  return wasOn
}

/** What showed one of these holds no longer does, and its history says who ended it. */
async function endHolds(
  tx: Tx,
  agencyId: string,
  { key, reasons, by }: { readonly key: PauseKey; readonly reasons: readonly string[]; readonly by: string },
): Promise<void> {
  for (const reason of reasons) {
    const freed = sql`
      update ofm.publication p set hold = null
      where p.agency_id = ${agencyId} and ${covers(key)} and ${isActive} and p.hold->>'reason' = ${reason} and p.hold->>'scope' = ${key.scope}
      returning p.publication_id, p.creator_id, p.account_id`
    const resumed = { type: 'publication.resumed', by, details: { reason } }
    await carryOut(tx, [{ name: 'freed', statement: freed }, ...toEventWritesOfEach(agencyId, 'freed', resumed)])
  }
}

/** In the scope of each agency, one after the other; the scope of the transaction is set back. */
async function inEach(tx: Tx, { agencyId, agencies }: Reach, work: (agencyId: string) => Promise<void>): Promise<void> {
  for (const agency of agencies) {
    if (agency !== agencyId) await setLocally(tx, { 'ofm.agency_id': agency })
    await work(agency)
  }
  await setLocally(tx, { 'ofm.agency_id': agencyId })
}

/** Which publications `p` a switch stops. */
function covers({ scope, key }: PauseKey): RawBuilder<unknown> {
  switch (scope) {
    case 'everything':
    case 'agency':
      return sql`true`
    case 'platform':
      return sql`p.platform = ${key}`
    case 'creator':
      return sql`p.creator_id = ${key}`
    case 'account':
      return sql`p.account_id = ${key}`
  }
}

/** What the engine is at, or what shows a hold. The rest reads the switches when its time comes. */
const isActive = sql`${hasWork}
  and (p.hold is not null or p.due_at - p.lead_ms * interval '1 ms' <= ofm.now())`

/** A switch of one creator is no other creator's business. */
function ownerOf(agencyId: AgencyId, { scope, key }: PauseKey): RawBuilder<unknown> {
  if (scope === 'creator') return sql`${key}`
  if (scope !== 'account') return sql`null`
  return sql`(select creator_id from ofm.account where agency_id = ${agencyId} and account_id = ${key})`
}
