import { sql } from 'kysely'
import type { KnownWindow } from '../../metrics/metrics-pause.ts'
import type { LivePart, MetricsStore } from '../../metrics/metrics-store.ts'
import type { AgencyId, PublicationId } from '../../model/ids.ts'
import type { PartRequest } from '../../platform/part-request.ts'
import type { Database, Tx } from '../database.ts'
import { keepRateWindows } from '../publishing/used-up-windows.ts'
import { createDueMetrics } from './due-metrics.ts'
import { createMetricSamples } from './metric-samples.ts'
import { toTextArray } from './rows.ts'

export function createPostgresMetricsStore(database: Database): MetricsStore {
  return {
    ...createDueMetrics(database),
    ...createMetricSamples(database),
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
  }
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
