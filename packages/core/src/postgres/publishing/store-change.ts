import { type RawBuilder, sql } from 'kysely'
import type { PublicationRecord } from '../../model/publication.ts'
import type { Change, ConnectionLoss } from '../../publishing/publishing-store.ts'
import { SocialError } from '../../social-error.ts'
import type { Tx } from '../database.ts'
import { isDatabaseError } from '../database-error.ts'
import { toMetricWrites } from './enroll-metrics.ts'
import { recordEvents, toEventWrites } from './record-events.ts'
import { toSavingWrites } from './save-publication.ts'
import { shareHolds } from './share-holds.ts'
import { keepRateWindows } from './used-up-windows.ts'
import { toLookAlikeWrites } from './wake.ts'
import { carryOut, type Write } from './write.ts'

/** What becomes of the lease with a change. */
type LeaseChange = 'keep' | 'release' | { readonly until: number }

interface Changed {
  readonly before: PublicationRecord
  readonly change: Change
  readonly lease: LeaseChange
}
/** With the record as it is saved: the change's, with its new version. */
type Saved = Changed & { readonly after: PublicationRecord }

/** Saves what a transition made, with its history, its events and when to look again. Returns the record with its new version. */
export async function storeChange(tx: Tx, changed: Changed): Promise<PublicationRecord> {
  const { before, change } = changed
  const after: PublicationRecord = { ...change.publication, version: before.version + 1 }
  try {
    const saved = { ...changed, after }
    await (isPlain(before, change) ? storeTogether(tx, saved) : storeInTurn(tx, saved))
  } catch (error) {
    if (!isDatabaseError(error, '23505', 'part_external_id')) throw error
    throw new SocialError(
      'changed_meanwhile',
      'The platform id belongs to another publication of this account already.',
      { cause: error },
    )
  }
  return after
}

/** One part at most is written, and nothing that is not the publication's own. */
function isPlain(before: PublicationRecord, { publication, sharedHolds, connection }: Change): boolean {
  const touched = publication.parts.filter((part) => !before.parts.includes(part)).length
  const isShorter = publication.parts.length < before.parts.length
  return touched <= 1 && !isShorter && sharedHolds === undefined && connection === undefined
}

/** Nothing here depends on the order of the writes. */
async function storeTogether(tx: Tx, saved: Saved): Promise<void> {
  const { before, after, change } = saved
  await carryOut(
    tx,
    [...toSavingWrites(before, after), ...toEventWrites(toSubject(after), change.events), ...toQueueWrites(saved)],
    keepRateWindows(after, change.rateWindows),
  )
}

async function storeInTurn(tx: Tx, saved: Saved): Promise<void> {
  const { before, after, change } = saved
  for (const write of toSavingWrites(before, after)) await carryOut(tx, [write])
  await shareHolds(tx, after, change.sharedHolds)
  await recordEvents(tx, toSubject(after), change.events)
  if (change.connection) await askToReconnect(tx, after, change.connection)
  await carryOut(tx, toQueueWrites(saved), keepRateWindows(after, change.rateWindows))
}

const toSubject = ({ agencyId, creatorId, accountId, id: publicationId }: PublicationRecord) => ({
  agencyId,
  creatorId,
  accountId,
  publicationId,
})

/** What is done next with it, with those that waited for it, and with what it has made. */
function toQueueWrites({ before, after, change, lease }: Saved): readonly Write[] {
  return [
    { name: 'queued', statement: updateWork(after, change.wakeAt, lease) },
    ...toLookAlikeWrites(before, after),
    ...toMetricWrites(before, after),
  ]
}

/** The platform's own words stay with the account: they say what its creator has to do. */
async function askToReconnect(tx: Tx, publication: PublicationRecord, reason: ConnectionLoss): Promise<void> {
  const { agencyId, accountId, creatorId } = publication
  const { rows } = await sql`
    update ofm.connection set state = 'reconnect', reason = ${reason.message}
    where agency_id = ${agencyId} and account_id = ${accountId} and state = 'active'
    returning account_id`.execute(tx)
  if (rows.length === 0) return
  const event = { type: 'account.reconnect', by: 'platform', reason }
  await recordEvents(tx, { agencyId, creatorId, accountId, publicationId: null }, [event])
}

function updateWork(publication: PublicationRecord, wakeAt: Change['wakeAt'], lease: LeaseChange): RawBuilder<unknown> {
  const runAt = wakeAt === 'done' ? null : wakeAt
  return sql`
    update ofm.work set run = ${publication.run}, run_at = greatest(ofm.at(${runAt}::double precision), case when ${runAt}::double precision is not null then ofm.now() end)${leaseAssignments(lease, wakeAt)}
    where agency_id = ${publication.agencyId} and publication_id = ${publication.id}`
}

function leaseAssignments(lease: LeaseChange, wakeAt: Change['wakeAt']): RawBuilder<unknown> {
  if (lease === 'keep') return sql``
  // An end without an owner says that he looks again, see `HandoverStore.take`.
  const isNext = typeof wakeAt === 'number'
  if (lease === 'release') return sql`, lease_until = ${isNext ? sql`ofm.now()` : sql`null`}, lease_owner = null`
  return sql`, lease_until = ofm.at(${lease.until}::double precision)`
}
