import { sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PublicationKey, PublishingStore, Transition } from '../../publishing/publishing-store.ts'
import { yieldLikeness } from '../../publishing/yield-likeness.ts'
import type { Database, Tx } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { loadPublication } from './load-publication.ts'
import { lockPublication } from './lock-publication.ts'
import { readConditions } from './read-conditions.ts'
import { storeChange } from './store-change.ts'

type Guard = Parameters<PublishingStore['change']>[1]

/** Loads under lock, applies, saves. A lease that is given back is given back also when nothing changes. */
export async function changePublication(
  tx: Tx,
  key: PublicationKey,
  guard: Guard,
  transition: Transition,
): Promise<PublicationRecord | null> {
  const work = await lockPublication(tx, key)
  if (!work) return null
  const changed =
    guard.fence === undefined || guard.fence === work.fence ? await apply(tx, key, guard, transition, work.now) : null
  if (guard.release === work.fence) {
    await sql`
      update ofm.work set lease_until = null, lease_owner = null
      where agency_id = ${key.agencyId} and publication_id = ${key.publicationId}`.execute(tx)
  }
  return changed
}

async function apply(
  tx: Tx,
  key: PublicationKey,
  guard: Guard,
  transition: Transition,
  now: number,
): Promise<PublicationRecord | null> {
  const publication = await loadPublication(tx, key)
  if (!publication || (guard.version !== undefined && guard.version !== publication.version)) return null
  const change = transition(publication, now, await readConditions(tx, key))
  return change ? storeChange(tx, publication, change) : null
}

export function createChange(database: Database): PublishingStore['change'] {
  return async (key, guard, transition) => {
    const run = (applied: Transition) => database.inScope(key, (tx) => changePublication(tx, key, guard, applied))
    try {
      return await run(transition)
    } catch (error) {
      if (!isDatabaseError(error, '23505', 'part_likeness')) throw error
      return run(yieldLikeness(transition))
    }
  }
}
