import { sql } from 'kysely'
import type { PublicationId } from '../../model/ids.ts'
import type { Claim, PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Transactions, Tx } from '../database.ts'
import { loadClaimedWork } from './load-work.ts'
import { lockPublication } from './lock-publication.ts'

/** Who works on a publication: fences and leases. */
export function createClaims(
  database: Transactions,
): Pick<PublishingStore, 'findKey' | 'claim' | 'renew' | 'ownsAttempt'> {
  return {
    findKey: (publicationId) => database.inEngine((tx) => findKey(tx, publicationId)),
    claim: (key, options) => database.inScope(key, (tx) => claim(tx, key, options)),
    renew: (key, lease) => database.inScope(key, (tx) => renew(tx, key, lease)),
    ownsAttempt: (key, attempt) => database.inScope(key, (tx) => ownsAttempt(tx, key, attempt)),
  }
}

async function findKey(tx: Tx, publicationId: PublicationId): Promise<PublicationKey | null> {
  const { rows } = await sql<PublicationKey>`
    select agency_id as "agencyId", publication_id as "publicationId"
    from ofm.work where publication_id = ${publicationId}`.execute(tx)
  return rows[0] ?? null
}

interface Taken {
  readonly fence: number
  readonly leaseUntil: number
  readonly now: number
}

async function claim(
  tx: Tx,
  key: PublicationKey,
  { owner, leaseMs, limits }: Parameters<PublishingStore['claim']>[1],
): Promise<Claim | { readonly busyForMs: number } | null> {
  const { rows } = await sql<Taken>`
    update ofm.work
    set fence = fence + 1, lease_owner = ${owner}, lease_until = ofm.now() + ${leaseMs}::double precision * interval '1 ms'
    where agency_id = ${key.agencyId} and publication_id = ${key.publicationId} and (lease_until is null or lease_until <= ofm.now())
    returning fence::double precision as fence, ofm.ms(lease_until) as "leaseUntil", ofm.ms(ofm.now()) as now`.execute(
    tx,
  )
  const taken = rows[0]
  if (!taken) return readBusy(tx, key)
  const work = await loadClaimedWork(tx, key, limits)
  return work && { key, ...taken, ...work }
}

async function readBusy(tx: Tx, key: PublicationKey): Promise<{ readonly busyForMs: number } | null> {
  const { rows } = await sql<{ busyForMs: number }>`
    select greatest(1, coalesce(ofm.ms(lease_until) - ofm.ms(ofm.now()), 1)) as "busyForMs"
    from ofm.work where agency_id = ${key.agencyId} and publication_id = ${key.publicationId}`.execute(tx)
  return rows[0] ?? null
}

async function renew(
  tx: Tx,
  key: PublicationKey,
  { fence, leaseMs }: Parameters<PublishingStore['renew']>[1],
): Promise<boolean> {
  const { rows } = await sql`
    update ofm.work
    set lease_until = greatest(lease_until, ofm.now() + ${leaseMs}::double precision * interval '1 ms')
    where agency_id = ${key.agencyId} and publication_id = ${key.publicationId} and fence = ${fence}::double precision and lease_owner is not null
    returning publication_id`.execute(tx)
  return rows.length > 0
}

async function ownsAttempt(
  tx: Tx,
  key: PublicationKey,
  { fence, attemptId }: Parameters<PublishingStore['ownsAttempt']>[1],
): Promise<boolean> {
  const work = await lockPublication(tx, key)
  if (work?.fence !== fence || work.leaseUntil === null || work.leaseUntil <= work.now) return false
  const { rows } = await sql`
    select a.attempt_id
    from ofm.attempt a join ofm.part t
      on t.agency_id = a.agency_id and t.publication_id = a.publication_id and t.index = a.part_index
    where a.agency_id = ${key.agencyId} and a.publication_id = ${key.publicationId} and a.attempt_id = ${attemptId}
      and a.fence = ${fence}::double precision and a.outcome = 'open' and a.verdict is null
      and t.state = 'publishing' and t.attempt = a.number`.execute(tx)
  return rows.length > 0
}
