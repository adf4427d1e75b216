import { sql } from 'kysely'
import type { AccountMetricSample, MetricSample } from '../../metrics/metrics.ts'
import type { MetricsStore, PartMeasured } from '../../metrics/metrics-store.ts'
import type { AccountId, AgencyId } from '../../model/ids.ts'
import type { Counters } from '../../platform/platform-metrics.ts'
import type { Database, Tx } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { toDate } from './rows.ts'

/** What was counted, as series. */
export function createMetricSamples(database: Database): Pick<MetricsStore, 'samplesOf' | 'accountSamples'> {
  return {
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

/** Once per age: a second reader's sample of the same age is dropped. */
export async function savePartSamples(tx: Tx, agencyId: AgencyId, measured: readonly PartMeasured[]): Promise<void> {
  const samples = measured.flatMap(({ part, sample }) => (sample ? [{ id: part.id, ...sample }] : []))
  if (samples.length === 0) return
  await sql`
    insert into ofm.metric_sample (agency_id, publication_id, part_index, age_ms, creator_id, account_id, platform, at, counters)
    select d.agency_id, d.publication_id, d.part_index, s."ageMs", d.creator_id, d.account_id, d.platform, ofm.now(), s.counters
    from jsonb_to_recordset(${toJson(samples)}) as s (id text, "ageMs" double precision, counters jsonb)
      join ofm.metric_due d on d.agency_id = ${agencyId} and d.subject_id = s.id
    on conflict (agency_id, publication_id, part_index, age_ms) do nothing`.execute(tx)
}

/** Of the whole account; once per moment. */
export async function saveAccountSample(
  tx: Tx,
  { agencyId, accountId }: { readonly agencyId: AgencyId; readonly accountId: AccountId },
  counters: Counters,
): Promise<void> {
  await sql`
    insert into ofm.account_sample (agency_id, account_id, at, creator_id, platform, counters)
    select agency_id, account_id, ofm.now(), creator_id, platform, ${toJson(counters)}
    from ofm.metric_due where agency_id = ${agencyId} and subject_id = ${accountId}
    on conflict (agency_id, account_id, at) do nothing`.execute(tx)
}
