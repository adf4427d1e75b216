import { type RawBuilder, sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Change } from '../../publishing/publishing-store.ts'
import { SocialError } from '../../social-error.ts'
import type { Tx } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { enrollMetrics } from './enroll-metrics.ts'
import { recordEvents } from './record-events.ts'
import { savePublication } from './save-publication.ts'
import { shareHolds } from './share-holds.ts'
import { wakeLookAlikes } from './wake.ts'

/** What becomes of the lease with a change. */
type LeaseChange = 'keep' | 'release' | { readonly until: number }

/** Saves what a transition made, with its history, its events and when to look again. Returns the record with its new version. */
export async function storeChange(
  tx: Tx,
  before: PublicationRecord,
  change: Change,
  lease: LeaseChange = 'keep',
): Promise<PublicationRecord> {
  const after: PublicationRecord = { ...change.publication, version: before.version + 1 }
  try {
    await savePublication(tx, before, after)
  } catch (error) {
    if (!isDatabaseError(error, '23505', 'part_external_id')) throw error
    throw new SocialError(
      'changed_meanwhile',
      'The platform id belongs to another publication of this account already.',
      { cause: error },
    )
  }
  await shareHolds(tx, after, change.sharedHolds)
  const subject = {
    agencyId: after.agencyId,
    creatorId: after.creatorId,
    accountId: after.accountId,
    publicationId: after.id,
  }
  await recordEvents(tx, subject, change.events)
  if (change.connection) await askToReconnect(tx, after)
  await saveWork(tx, after, change.wakeAt, lease)
  await wakeLookAlikes(tx, before, after)
  await enrollMetrics(tx, before, after)
  return after
}

async function askToReconnect(tx: Tx, publication: PublicationRecord): Promise<void> {
  const { agencyId, accountId, creatorId } = publication
  const reason = publication.hold?.message ?? 'The platform no longer accepts the permission of this account.'
  const { rows } = await sql`
    update ofm.connection set state = 'reconnect', reason = ${reason}
    where agency_id = ${agencyId} and account_id = ${accountId} and state = 'active'
    returning account_id`.execute(tx)
  if (rows.length === 0) return
  const event = { type: 'account.reconnect', by: 'platform', reason: { code: 'reconnect', message: reason } }
  await recordEvents(tx, { agencyId, creatorId, accountId, publicationId: null }, [event])
}

async function saveWork(
  tx: Tx,
  publication: PublicationRecord,
  wakeAt: Change['wakeAt'],
  lease: LeaseChange,
): Promise<void> {
  const runAt = wakeAt === 'done' ? null : wakeAt
  await sql`
    update ofm.work set run = ${publication.run}, run_at = greatest(ofm.at(${runAt}::double precision), case when ${runAt}::double precision is not null then ofm.now() end)${leaseAssignments(lease)}
    where agency_id = ${publication.agencyId} and publication_id = ${publication.id}`.execute(tx)
}

function leaseAssignments(lease: LeaseChange): RawBuilder<unknown> {
  if (lease === 'keep') return sql``
  if (lease === 'release') return sql`, lease_until = null, lease_owner = null`
  return sql`, lease_until = ofm.at(${lease.until}::double precision)`
}
