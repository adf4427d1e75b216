import { sql } from 'kysely'
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

/** Writes what differs. Untouched parts and attempts are the same objects in both. */
export async function savePublication(tx: Tx, before: PublicationRecord, after: PublicationRecord): Promise<void> {
  await sql`
    update ofm.publication set ${toAssignments(publicationStateColumns, after)},
      published_at = case when ${after.state}::text = 'published' then coalesce(published_at, ofm.now()) else published_at end
    where agency_id = ${after.agencyId} and publication_id = ${after.id}`.execute(tx)
  for (const part of before.parts) {
    if (!after.parts.some((candidate) => candidate.index === part.index)) await deletePart(tx, after, part)
  }
  for (const part of after.parts) {
    const old = before.parts.find((candidate) => candidate.index === part.index)
    if (!old) await insertPart(tx, after, part)
    else if (old !== part) await savePart(tx, after, old, part)
  }
}

/** A publication that is not stored yet, without its work and content. */
export async function insertPublication(tx: Tx, publication: PublicationRecord, destination: number): Promise<void> {
  const columns = [...publicationKeyColumns, ...publicationStateColumns]
  await sql`
    insert into ofm.publication (destination, ${toNames(columns)})
    values (${destination}::double precision, ${toValues(columns, publication)})`.execute(tx)
  for (const part of publication.parts) await insertPart(tx, publication, part)
}

async function insertPart(tx: Tx, publication: PublicationRecord, part: PartRecord): Promise<void> {
  const columns = [...partKeyColumns, ...partStateColumns]
  await sql`
    insert into ofm.part (agency_id, publication_id, creator_id, account_id, platform, ${toNames(columns)}, ${toNames(preparationColumns)})
    values (${publication.agencyId}, ${publication.id}, ${publication.creatorId}, ${publication.accountId}, ${publication.platform},
      ${toValues(columns, part)}, ${toValues(preparationColumns, part.preparation)})`.execute(tx)
}

/** Of an edited post that has become shorter; the foreign key keeps a part that was ever sent. */
async function deletePart(tx: Tx, publication: PublicationRecord, part: PartRecord): Promise<void> {
  await sql`
    delete from ofm.part
    where agency_id = ${publication.agencyId} and publication_id = ${publication.id} and index = ${part.index}`.execute(
    tx,
  )
}

async function savePart(tx: Tx, publication: PublicationRecord, before: PartRecord, after: PartRecord): Promise<void> {
  await sql`
    update ofm.part set part_id = ${after.id}, attempt = ${after.attempts.length},
      ${toAssignments(partStateColumns, after)}, ${toAssignments(preparationColumns, after.preparation)}
    where agency_id = ${publication.agencyId} and publication_id = ${publication.id} and index = ${after.index}`.execute(
    tx,
  )
  for (const attempt of after.attempts) {
    const old = before.attempts.find((candidate) => candidate.id === attempt.id)
    if (!old) await insertAttempt(tx, publication, after, attempt)
    else if (old !== attempt) await saveResult(tx, publication, attempt)
  }
}

async function insertAttempt(
  tx: Tx,
  publication: PublicationRecord,
  part: PartRecord,
  attempt: AttemptRecord,
): Promise<void> {
  const columns = [...attemptKeyColumns, ...attemptResultColumns]
  await sql`
    insert into ofm.attempt (agency_id, publication_id, part_index, creator_id, account_id, likeness, ${toNames(columns)})
    values (${publication.agencyId}, ${publication.id}, ${part.index}, ${publication.creatorId}, ${publication.accountId}, ${part.likeness},
      ${toValues(columns, attempt)})`.execute(tx)
}

async function saveResult(tx: Tx, publication: PublicationRecord, attempt: AttemptRecord): Promise<void> {
  await sql`
    update ofm.attempt set ${toAssignments(attemptResultColumns, attempt)}
    where agency_id = ${publication.agencyId} and attempt_id = ${attempt.id}`.execute(tx)
}
