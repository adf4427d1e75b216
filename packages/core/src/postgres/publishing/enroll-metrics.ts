import { sql } from 'kysely'
import { METRIC_AGES_MS } from '../../metrics/metric-ages.ts'
import type { PartRecord, PublicationRecord } from '../../model/publication.ts'
import { toJson } from './columns.ts'
import type { Write } from './write.ts'

/** What has just become known as live is measured from now on, and its account with it. */
export function toMetricWrites(before: PublicationRecord, after: PublicationRecord): readonly Write[] {
  const live = after.parts.filter((part) => isMeasurable(part) && !isMeasurable(before.parts[part.index]))
  if (live.length === 0) return []
  const parts = live.map((part) => ({ id: part.id, index: part.index, publishedAt: sentAt(part) }))
  const [firstMs = 0] = METRIC_AGES_MS
  const statement = sql`
    insert into ofm.metric_due (agency_id, subject_id, creator_id, account_id, platform, publication_id, part_index, published_at, due_at)
    select ${after.agencyId}::text, id, ${after.creatorId}::text, ${after.accountId}::text, ${after.platform}::text, ${after.id}::text, index,
      coalesce(ofm.at("publishedAt"), ofm.now()), coalesce(ofm.at("publishedAt"), ofm.now()) + ${firstMs}::double precision * interval '1 ms'
    from jsonb_to_recordset(${toJson(parts)}) as part (id text, index int, "publishedAt" double precision)
    union all
    select ${after.agencyId}, ${after.accountId}, ${after.creatorId}, ${after.accountId}, ${after.platform}, null, null, null, ofm.now()
    on conflict (agency_id, subject_id) do nothing`
  return [{ name: 'measured', statement }]
}

const isMeasurable = (part: PartRecord | undefined): boolean => part?.state === 'published' && part.externalId !== null

/** Null where no attempt of ours made it. */
function sentAt(part: PartRecord): number | null {
  return part.attempts.find((attempt) => attempt.verdict === 'published')?.startedAt ?? null
}
