import { type RawBuilder, sql } from 'kysely'
import type { AccountMetricSample, MetricSample } from '../../metrics/metrics.ts'
import type { KnownWindow } from '../../metrics/metrics-pause.ts'
import type { DueBatch, DuePart, LivePart, MetricsStore, PartMeasured } from '../../metrics/metrics-store.ts'
import type { AgencyId, PublicationId } from '../../model/ids.ts'
import type { PartRequest } from '../../platform/part-request.ts'
import type { Database, Tx } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { keepRateWindows } from '../publishing/used-up-windows.ts'
import { toDate, toTextArray } from './rows.ts'

export function createPostgresMetricsStore(database: Database): MetricsStore {
  return {
    takeDue: (platform, options) => database.inEngine((tx) => takeDue(tx, platform, options)),
    nextDueInMs: (platforms, { agencyId } = {}) =>
      database.inEngine(async (tx) => {
        const { rows } = await sql<{ next: number | null }>`
          select ofm.ms(min(greatest(due_at, coalesce(lease_until, due_at)))) - ofm.ms(ofm.now()) as next
          from ofm.metric_due d where d.platform = any (${toTextArray(platforms)}) and ${ofAgency(agencyId)}`.execute(
          tx,
        )
        const next = rows[0]?.next ?? null
        return next === null ? null : Math.max(0, next)
      }),
    readLive: (agencyId, ids) => database.inScope({ agencyId }, (tx) => readLive(tx, agencyId, ids)),
    readOwner: (agencyId, accountId) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<{ externalId: string; username: string }>`
          select external_id as "externalId", coalesce(username, '') as username
          from ofm.account where agency_id = ${agencyId} and account_id = ${accountId}`.execute(tx)
        return rows[0]
      }),
    readWindows: (agencyId, accountId) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<KnownWindow>`
          select w.name, w.scope, w.allowed as "limit", w.remaining, ofm.ms(w.reset_at) as "resetAt", ofm.ms(w.seen_at) as "seenAt"
          from ofm.account a join ofm.rate_window w on w.agency_id in (a.agency_id, '*')
            and (w.scope, w.key) in (('account', a.account_id), ('app', coalesce(a.app_key, a.platform)), ('egress', a.platform))
          where a.agency_id = ${agencyId} and a.account_id = ${accountId}
            and (w.operations is null or 'metrics' = any (w.operations)) and w.reset_at > ofm.now() - interval '1 minute'`.execute(
          tx,
        )
        return rows
      }),
    saveWindows: (agencyId, accountId, windows) =>
      database.inScope({ agencyId }, async (tx) => {
        await sql`select ${keepRateWindows({ agencyId, accountId }, windows)}`.execute(tx)
      }),
    saveParts: (agencyId, measured) =>
      database.inScope({ agencyId }, async (tx) => {
        await saveSamples(tx, agencyId, measured)
        await saveNext(tx, agencyId, measured)
      }),
    saveAccount: ({ agencyId, accountId }, { counters, dueAt, failures }) =>
      database.inScope({ agencyId }, async (tx) => {
        const where = sql`where agency_id = ${agencyId} and subject_id = ${accountId}`
        if (counters)
          await sql`
            insert into ofm.account_sample (agency_id, account_id, at, creator_id, platform, counters)
            select agency_id, account_id, ofm.now(), creator_id, platform, ${toJson(counters)} from ofm.metric_due ${where}
            on conflict (agency_id, account_id, at) do nothing`.execute(tx)
        await sql`
          update ofm.metric_due set due_at = ofm.at(${dueAt}::double precision), failures = ${failures}::int, lease_until = null ${where}`.execute(
          tx,
        )
      }),
    samplesOf: (agencyId, publicationId) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<Omit<MetricSample, 'at'> & { readonly at: number }>`
          select publication_id as "publicationId", part_index as "partIndex", age_ms as "ageMs", ofm.ms(at) as at, counters
          from ofm.metric_sample where agency_id = ${agencyId} and publication_id = ${publicationId}
          order by part_index, age_ms`.execute(tx)
        return rows.map((row) => ({ ...row, at: toDate(row.at) }))
      }),
    accountSamples: (agencyId, accountId, { since, limit }) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<Omit<AccountMetricSample, 'at'> & { readonly at: number }>`
          select ofm.ms(at) as at, counters from ofm.account_sample
          where agency_id = ${agencyId} and account_id = ${accountId}
            and at >= coalesce(ofm.at(${since}::double precision), '-infinity')
          order by at desc limit ${limit}::int`.execute(tx)
        return rows.map((row) => ({ ...row, at: toDate(row.at) }))
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

async function readLive(tx: Tx, agencyId: AgencyId, ids: readonly PublicationId[]): Promise<readonly LivePart[]> {
  type Row = Omit<LivePart, 'part'> & {
    readonly request: PartRequest
    readonly externalId: string
    readonly publishedAt: number
  }
  const { rows } = await sql<Row>`
    select p.publication_id as "publicationId", t.index as "partIndex", p.account_id as "accountId", p.creator_id as "creatorId", p.platform,
      c.request, t.external_id as "externalId", ofm.ms(ofm.now()) as now, ofm.ms(coalesce(d.published_at, p.published_at, p.due_at)) as "publishedAt"
    from ofm.publication p
      join ofm.part t on t.agency_id = p.agency_id and t.publication_id = p.publication_id and t.state = 'published' and t.external_id is not null
      join ofm.part_content c on c.agency_id = p.agency_id and c.publication_id = p.publication_id and c.revision = p.revision and c.index = t.index
      left join ofm.metric_due d on d.agency_id = p.agency_id and d.subject_id = t.part_id
    where p.agency_id = ${agencyId} and p.publication_id = any (${toTextArray(ids)})
    order by p.publication_id, t.index`.execute(tx)
  return rows.map(({ request, externalId, publishedAt, ...row }) => ({
    ...row,
    part: { ...request, externalId, publishedAt },
  }))
}

/** Once per age: a second reader's sample of the same age is dropped. */
async function saveSamples(tx: Tx, agencyId: AgencyId, measured: readonly PartMeasured[]): Promise<void> {
  const samples = measured.flatMap(({ part, sample }) => (sample ? [{ id: part.id, ...sample }] : []))
  if (samples.length === 0) return
  await sql`
    insert into ofm.metric_sample (agency_id, publication_id, part_index, age_ms, creator_id, account_id, platform, at, counters)
    select d.agency_id, d.publication_id, d.part_index, s."ageMs", d.creator_id, d.account_id, d.platform, ofm.now(), s.counters
    from jsonb_to_recordset(${toJson(samples)}) as s (id text, "ageMs" double precision, counters jsonb)
      join ofm.metric_due d on d.agency_id = ${agencyId} and d.subject_id = s.id
    on conflict (agency_id, publication_id, part_index, age_ms) do nothing`.execute(tx)
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
