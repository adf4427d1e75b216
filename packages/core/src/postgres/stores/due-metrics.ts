import { type RawBuilder, sql } from 'kysely'
import type { DueBatch, DuePart, MetricsStore, PartMeasured } from '../../metrics/metrics-store.ts'
import type { AgencyId, PublicationId } from '../../model/ids.ts'
import type { Database, Tx } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { saveAccountSample, savePartSamples } from './metric-samples.ts'
import { toTextArray } from './rows.ts'

/** Whose time to be measured has come, and what became of it. */
export function createDueMetrics(
  database: Database,
): Pick<MetricsStore, 'takeDue' | 'nextDueInMs' | 'saveParts' | 'saveAccount'> {
  return {
    takeDue: (platform, options) => database.inEngine((tx) => takeDue(tx, platform, options)),
    nextDueInMs: (platforms, { agencyId } = {}) => database.inEngine((tx) => readNextDueInMs(tx, platforms, agencyId)),
    saveParts: (agencyId, measured) =>
      database.inScope({ agencyId }, async (tx) => {
        await savePartSamples(tx, agencyId, measured)
        await saveNext(tx, agencyId, measured)
      }),
    saveAccount: (batch, { counters, dueAt, failures }) =>
      database.inScope({ agencyId: batch.agencyId }, async (tx) => {
        if (counters) await saveAccountSample(tx, batch, counters)
        await sql`
          update ofm.metric_due set due_at = ofm.at(${dueAt}::double precision), failures = ${failures}::int, lease_until = null
          where agency_id = ${batch.agencyId} and subject_id = ${batch.accountId}`.execute(tx)
      }),
  }
}

const ofAgency = (agencyId: AgencyId | undefined): RawBuilder<unknown> =>
  agencyId === undefined ? sql`true` : sql`d.agency_id = ${agencyId}`

interface DueRow extends Omit<DuePart, 'publicationId'> {
  readonly agencyId: DueBatch['agencyId']
  readonly accountId: DueBatch['accountId']
  readonly creatorId: DueBatch['creatorId']
  readonly publicationId: PublicationId | null
  readonly now: number
}

/** Parts and the account itself are read by different calls, so a batch is of one kind. Rows that another process has in hand are skipped. */
async function takeDue(
  tx: Tx,
  platform: string,
  { limit, leaseMs, agencyId }: Parameters<MetricsStore['takeDue']>[1],
): Promise<DueBatch | null> {
  const isDue = sql`d.platform = ${platform} and d.due_at <= ofm.now() and (d.lease_until is null or d.lease_until <= ofm.now())
    and ${ofAgency(agencyId)}`
  const { rows } = await sql<DueRow>`
    with first as (
      select agency_id, account_id, publication_id is null as of_account
      from ofm.metric_due d where ${isDue} order by d.due_at limit 1 for update skip locked
    ), due as (
      select d.agency_id, d.subject_id
      from ofm.metric_due d join first f on f.agency_id = d.agency_id and f.account_id = d.account_id and f.of_account = (d.publication_id is null)
      where ${isDue} order by d.due_at limit ${limit}::int for update of d skip locked
    )
    update ofm.metric_due d set lease_until = ofm.now() + ${leaseMs}::double precision * interval '1 ms'
    from due where d.agency_id = due.agency_id and d.subject_id = due.subject_id
    returning d.subject_id as id, d.agency_id as "agencyId", d.account_id as "accountId", d.creator_id as "creatorId", d.publication_id as "publicationId",
      d.part_index as "partIndex", ofm.ms(d.published_at) as "publishedAt", d.measured_ms as "measuredMs", d.failures,
      ofm.ms(d.gone_since) as "goneSince", ofm.ms(ofm.now()) as now`.execute(tx)
  const [first] = rows
  if (!first) return null
  const { accountId, creatorId, now, failures } = first
  const batch = { agencyId: first.agencyId, accountId, creatorId, platform, now }
  if (first.publicationId === null) return { ...batch, kind: 'account', failures }
  return { ...batch, kind: 'parts', parts: rows.flatMap(toDuePart) }
}

function toDuePart({ id, publicationId, partIndex, publishedAt, measuredMs, failures, goneSince }: DueRow): DuePart[] {
  return publicationId === null ? [] : [{ id, publicationId, partIndex, publishedAt, measuredMs, failures, goneSince }]
}

async function readNextDueInMs(
  tx: Tx,
  platforms: readonly string[],
  agencyId: AgencyId | undefined,
): Promise<number | null> {
  const { rows } = await sql<{ next: number | null }>`
    select ofm.ms(min(greatest(due_at, coalesce(lease_until, due_at)))) - ofm.ms(ofm.now()) as next
    from ofm.metric_due d where d.platform = any (${toTextArray(platforms)}) and ${ofAgency(agencyId)}`.execute(tx)
  const next = rows[0]?.next ?? null
  return next === null ? null : Math.max(0, next)
}

async function saveNext(tx: Tx, agencyId: AgencyId, measured: readonly PartMeasured[]): Promise<void> {
  const rows = measured.map(({ part, next, failures, goneSince }) => ({ id: part.id, ...next, failures, goneSince }))
  const given = sql`jsonb_to_recordset(${toJson(rows)})
    as n (id text, "dueAt" double precision, "measuredMs" double precision, failures int, "goneSince" double precision)`
  const isSame = sql`d.agency_id = ${agencyId} and d.subject_id = n.id`
  await sql`
    update ofm.metric_due d
    set due_at = ofm.at(n."dueAt"), measured_ms = n."measuredMs", failures = n.failures, gone_since = ofm.at(n."goneSince"), lease_until = null
    from ${given} where ${isSame} and n."dueAt" is not null`.execute(tx)
  await sql`delete from ofm.metric_due d using ${given} where ${isSame} and n."dueAt" is null`.execute(tx)
}
