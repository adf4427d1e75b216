import { type RawBuilder, sql } from 'kysely'
import { FINAL_STATES, type PublicationRecord } from '../../model/publication.ts'
import { isOut } from '../../publishing/yield-likeness.ts'
import type { Tx } from '../database.ts'
import { carryOut, type Write } from './write.ts'

/** Condition on `p`: it has begun, and the engine has something to do with it. A removal is work for what has ended as well. */
export const hasWork = sql`(p.state not in ('draft', 'awaiting_approval', ${sql.join(FINAL_STATES)})
  or (p.remove_requested_at is not null and p.state <> 'removed'))`

/**
 * Has the engine look at publications again, at once. Raises their versions, so that a step which is being decided on what was true before is decided
 * again.
 *
 * @param which Condition on `p`, a row of `ofm.publication`.
 */
export async function wakePublications(tx: Tx, agencyId: string, which: RawBuilder<unknown>): Promise<void> {
  await carryOut(tx, toWakingWrites(agencyId, which))
}

function toWakingWrites(agencyId: string, which: RawBuilder<unknown>): readonly Write[] {
  return [
    {
      name: 'woken',
      statement: sql`
        update ofm.work w set run_at = ofm.now()
        from ofm.publication p
        where w.agency_id = ${agencyId} and p.agency_id = w.agency_id and p.publication_id = w.publication_id and (${which})
        returning w.agency_id, w.publication_id`,
    },
    {
      name: 'raised',
      statement: sql`
        update ofm.publication p set version = p.version + 1
        from woken where p.agency_id = woken.agency_id and p.publication_id = woken.publication_id`,
    },
  ]
}

/** Parts that waited because a listing could not tell them from one that was out (S11). */
export function toLookAlikeWrites(before: PublicationRecord, after: PublicationRecord): readonly Write[] {
  const freed = before.parts.flatMap((part) => {
    const now = after.parts.find(({ id }) => id === part.id)
    const left = part.likeness !== null && isOut(part) && !(now && isOut(now))
    return left && part.likeness !== null ? [part.likeness] : []
  })
  if (freed.length === 0) return []
  return toWakingWrites(
    after.agencyId,
    sql`p.publication_id <> ${after.id} and exists (
      select from ofm.part t
      where t.agency_id = p.agency_id and t.publication_id = p.publication_id and t.account_id = ${after.accountId}
        and t.state = 'waiting' and t.likeness in (${sql.join(freed)}))`,
  )
}
