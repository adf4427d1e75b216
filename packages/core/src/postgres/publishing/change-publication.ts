import { sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Change, PublicationKey, PublishingStore, Transition } from '../../publishing/publishing-store.ts'
import { yieldLikeness } from '../../publishing/yield-likeness.ts'
import type { Transactions, Tx } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { loadWork } from './load-work.ts'
import { lockPublication } from './lock-publication.ts'
import { storeChange } from './store-change.ts'

type Guard = Parameters<PublishingStore['change']>[1]

/** What a change asks for first, and what it does then. */
interface GuardedTransition {
  readonly guard: Guard
  readonly transition: Transition
}

/** Loads under lock, applies, saves. A lease that is given back is given back also when nothing changes. */
async function changePublication(
  tx: Tx,
  key: PublicationKey,
  { guard, transition }: GuardedTransition,
): Promise<PublicationRecord | null> {
  const work = await lockPublication(tx, key)
  if (!work) return null
  const releases = guard.release === work.fence
  const change =
    guard.fence === undefined || guard.fence === work.fence
      ? await decide(tx, key, { guard, transition, now: work.now })
      : null
  if (change) return storeChange(tx, { ...change, lease: releases ? 'release' : 'keep' })
  if (releases) {
    await sql`
      update ofm.work set lease_until = case when run_at is not null then ofm.now() end, lease_owner = null
      where agency_id = ${key.agencyId} and publication_id = ${key.publicationId}`.execute(tx)
  }
  return null
}

/** What the transition makes of the publication as it is now. */
async function decide(
  tx: Tx,
  key: PublicationKey,
  { guard, transition, now }: GuardedTransition & { readonly now: number },
): Promise<{ readonly before: PublicationRecord; readonly change: Change } | null> {
  const loaded = await loadWork(tx, key)
  if (!loaded) return null
  const { publication: before, conditions } = loaded
  if (guard.version !== undefined && guard.version !== before.version) return null
  const change = transition(before, now, conditions)
  return change && { before, change }
}

export function createChange(database: Transactions): PublishingStore['change'] {
  return async (key, guard, transition) => {
    const run = (applied: Transition) =>
      database.inScope(key, (tx) => changePublication(tx, key, { guard, transition: applied }))
    try {
      return await run(transition)
    } catch (error) {
      if (!isDatabaseError(error, '23505', 'part_likeness')) throw error
      return run(yieldLikeness(transition))
    }
  }
}
