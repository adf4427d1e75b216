import { sql } from 'kysely'
import type { DestinationFacts } from '../../platform/platform-adapter.ts'
import type { PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Transactions, Tx } from '../database.ts'
import { toJson } from './columns.ts'

/** What platforms said about destinations. */
export function createPlatformRows(database: Transactions): Pick<PublishingStore, 'readFacts' | 'saveFacts'> {
  return {
    readFacts: (key) => database.inScope(key, (tx) => readFacts(tx, key)),
    saveFacts: (key, facts) => database.inScope(key, (tx) => saveFacts(tx, key, facts)),
  }
}

async function readFacts(tx: Tx, key: PublicationKey): Promise<DestinationFacts | undefined> {
  const { rows } = await sql<{ facts: DestinationFacts }>`
    select f.facts
    from ofm.publication p join ofm.facts f
      on f.agency_id = p.agency_id and f.account_id = p.account_id and f.target = coalesce(p.target, '')
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}`.execute(tx)
  return rows[0]?.facts
}

async function saveFacts(tx: Tx, key: PublicationKey, facts: DestinationFacts): Promise<void> {
  await sql`
    insert into ofm.facts (agency_id, account_id, target, creator_id, facts, expires_at)
    select p.agency_id, p.account_id, coalesce(p.target, ''), p.creator_id, ${toJson(facts)}, ofm.at(${facts.expiresAt}::double precision)
    from ofm.publication p
    where p.agency_id = ${key.agencyId} and p.publication_id = ${key.publicationId}
    on conflict (agency_id, account_id, target) do update set facts = excluded.facts, expires_at = excluded.expires_at`.execute(
    tx,
  )
}
