import { sql } from 'kysely'
import { toBegunAttempt } from '../../publishing/begin-attempt.ts'
import { partAt } from '../../publishing/change.ts'
import { keepsSpacing } from '../../publishing/next-step.ts'
import type { BeginAttempt, BegunAttempt, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database, Tx } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { loadPublication } from './load-publication.ts'
import { lockPublication } from './lock-publication.ts'
import { lockConditions, lockSpacing, readConditions } from './read-conditions.ts'
import { storeChange } from './store-change.ts'

/** S2: the committed row without which nothing is sent. */
export function createBeginAttempt(database: Database): PublishingStore['beginAttempt'] {
  return async (begin) => {
    try {
      return await database.inScope(begin.key, (tx) => beginAttempt(tx, begin))
    } catch (error) {
      // A look-alike was faster by an instant (S11).
      if (isDatabaseError(error, '23505', 'part_likeness')) return null
      throw error
    }
  }
}

async function beginAttempt(tx: Tx, begin: BeginAttempt): Promise<BegunAttempt | null> {
  const work = await lockPublication(tx, begin.key)
  if (work?.fence !== begin.fence || work.leaseUntil === null || work.leaseUntil <= work.now) return null
  const publication = await loadPublication(tx, begin.key)
  if (!publication) return null
  await lockConditions(tx, begin.key)
  if (keepsSpacing(publication, partAt(publication, begin.partIndex), work.now)) await lockSpacing(tx, publication)
  const change = toBegunAttempt(publication, work.now, await readConditions(tx, begin.key), begin)
  const attempt = change?.publication.parts
    .find(({ index }) => index === begin.partIndex)
    ?.attempts.find(({ id }) => id === begin.attempt.id)
  if (!change || !attempt) return null
  await storeChange(tx, publication, change)
  const leaseUntil = Math.max(work.leaseUntil, attempt.leaseUntil)
  await sql`
    update ofm.work set lease_until = ofm.at(${leaseUntil}::double precision)
    where agency_id = ${begin.key.agencyId} and publication_id = ${begin.key.publicationId}`.execute(tx)
  return { attemptId: attempt.id, number: attempt.number, startedAt: attempt.startedAt, leaseUntil }
}
