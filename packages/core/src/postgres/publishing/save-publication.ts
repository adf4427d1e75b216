import { type RawBuilder, sql } from 'kysely'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../../model/publication.ts'
import type { Tx } from '../database.ts'
import {
  attemptKeyColumns,
  attemptResultColumns,
  partKeyColumns,
  partStateColumns,
  preparationColumns,
  publicationKeyColumns,
  publicationStateColumns,
  toAssignments,
  toNames,
  toValues,
} from './columns.ts'
import type { Write } from './write.ts'

/** Writes what differs. Untouched parts and attempts are the same objects in both. */
export function toSavingWrites(before: PublicationRecord, after: PublicationRecord): readonly Write[] {
  const gone = before.parts.filter((part) => !after.parts.some((candidate) => candidate.index === part.index))
  return [
    { name: 'saved', statement: updatePublication(after) },
    ...gone.map((part) => ({ name: `gone_${part.index}`, statement: deletePart(after, part) })),
    ...after.parts.flatMap((part) => {
      const old = before.parts.find((candidate) => candidate.index === part.index)
      if (!old) return [{ name: `part_${part.index}`, statement: insertPart(after, part) }]
      return old === part ? [] : toPartWrites(after, old, part)
    }),
  ]
}

const updatePublication = (after: PublicationRecord): RawBuilder<unknown> => sql`
  update ofm.publication set ${toAssignments(publicationStateColumns, after)},
    published_at = case when ${after.state}::text = 'published' then coalesce(published_at, ofm.now()) else published_at end
  where agency_id = ${after.agencyId} and publication_id = ${after.id}`

/** A publication that is not stored yet, without its work and content. */
export async function insertPublication(tx: Tx, publication: PublicationRecord, destination: number): Promise<void> {
  const columns = [...publicationKeyColumns, ...publicationStateColumns]
  await sql`
    insert into ofm.publication (destination, ${toNames(columns)})
    values (${destination}::double precision, ${toValues(columns, publication)})`.execute(tx)
  for (const part of publication.parts) await insertPart(publication, part).execute(tx)
}

function insertPart(publication: PublicationRecord, part: PartRecord): RawBuilder<unknown> {
  const columns = [...partKeyColumns, ...partStateColumns]
  return sql`
    insert into ofm.part (agency_id, publication_id, creator_id, account_id, platform, ${toNames(columns)}, ${toNames(preparationColumns)})
    values (${publication.agencyId}, ${publication.id}, ${publication.creatorId}, ${publication.accountId}, ${publication.platform},
      ${toValues(columns, part)}, ${toValues(preparationColumns, part.preparation)})`
}

/** Of an edited post that has become shorter; the foreign key keeps a part that was ever sent. */
const deletePart = (publication: PublicationRecord, part: PartRecord): RawBuilder<unknown> => sql`
  delete from ofm.part
  where agency_id = ${publication.agencyId} and publication_id = ${publication.id} and index = ${part.index}`

function toPartWrites(publication: PublicationRecord, before: PartRecord, after: PartRecord): readonly Write[] {
  const statement = sql`
    update ofm.part set part_id = ${after.id}, attempt = ${after.attempts.length},
      ${toAssignments(partStateColumns, after)}, ${toAssignments(preparationColumns, after.preparation)}
    where agency_id = ${publication.agencyId} and publication_id = ${publication.id} and index = ${after.index}`
  const name = `part_${after.index}`
  return [
    { name, statement },
    ...after.attempts.flatMap((attempt, index) => {
      const old = before.attempts.find((candidate) => candidate.id === attempt.id)
      if (old === attempt) return []
      const written = old ? saveResult(publication, attempt) : insertAttempt(publication, after, attempt)
      return [{ name: `${name}_attempt_${index}`, statement: written }]
    }),
  ]
}

function insertAttempt(publication: PublicationRecord, part: PartRecord, attempt: AttemptRecord): RawBuilder<unknown> {
  const columns = [...attemptKeyColumns, ...attemptResultColumns]
  const appKey = sql`(select coalesce(o.app_key, o.platform) from ofm.account o
    where o.agency_id = ${publication.agencyId} and o.account_id = ${publication.accountId})`
  return sql`
    insert into ofm.attempt (agency_id, publication_id, part_index, creator_id, account_id, app_key, likeness, ${toNames(columns)})
    values (${publication.agencyId}, ${publication.id}, ${part.index}, ${publication.creatorId}, ${publication.accountId}, ${appKey}, ${part.likeness},
      ${toValues(columns, attempt)})`
}

const saveResult = (publication: PublicationRecord, attempt: AttemptRecord): RawBuilder<unknown> => sql`
  update ofm.attempt set ${toAssignments(attemptResultColumns, attempt)}
  where agency_id = ${publication.agencyId} and attempt_id = ${attempt.id}`
