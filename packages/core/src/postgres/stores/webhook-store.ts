import { type RawBuilder, sql } from 'kysely'
import type { AgencyId, PublicationId } from '../../model/ids.ts'
import type { WebhookEvent } from '../../platform/platform-webhook.ts'
import type { ToldAccount, WebhookStore } from '../../webhooks/webhook-store.ts'
import type { Database, Tx } from '../database.ts'
import { recordEvents } from '../publishing/record-events.ts'
import { wakePublications } from '../publishing/wake.ts'
import { recordAccountEvent, wakeAccount } from './account-rows.ts'

export function createPostgresWebhookStore(database: Database): WebhookStore {
  return {
    findAccounts: (agencyId, platform, externalId) =>
      database.inScope({ agencyId }, async (tx) => {
        const find = async (isNamed: RawBuilder<unknown>): Promise<readonly ToldAccount[]> => {
          const { rows } = await sql<ToldAccount>`
            select account_id as id, creator_id as "creatorId" from ofm.account
            where agency_id = ${agencyId} and platform = ${platform} and ${isNamed}`.execute(tx)
          return rows
        }
        const named = await find(sql`external_id = ${externalId}`)
        return named.length > 0 ? named : find(sql`aliases @> array[${externalId}::text]`)
      }),
    findPart: (agencyId, accountId, externalId) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<{ publicationId: PublicationId; partIndex: number }>`
          select publication_id as "publicationId", index as "partIndex" from ofm.part
          where agency_id = ${agencyId} and account_id = ${accountId} and external_id = ${externalId}`.execute(tx)
        return rows[0] ?? null
      }),
    take: (agencyId, platform, account, event) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql`
          insert into ofm.webhook_event (agency_id, platform, webhook_event_id, creator_id, account_id)
          values (${agencyId}, ${platform}, ${event.id}, ${account.creatorId}, ${account.id})
          on conflict (agency_id, platform, webhook_event_id) do nothing returning webhook_event_id`.execute(tx)
        if (rows.length === 0) return false
        await apply(tx, agencyId, account, event)
        await forgetOld(tx, agencyId)
        return true
      }),
  }
}

/** Platforms repeat for a day or two at most. */
async function forgetOld(tx: Tx, agencyId: AgencyId): Promise<void> {
  await sql`
    delete from ofm.webhook_event where agency_id = ${agencyId} and received_at < ofm.now() - interval '30 days'`.execute(
    tx,
  )
}

async function apply(tx: Tx, agencyId: AgencyId, account: ToldAccount, event: WebhookEvent): Promise<void> {
  switch (event.type) {
    case 'post_published':
      return lookNow(tx, agencyId, account)
    case 'access_revoked':
      return askToReconnect(tx, agencyId, account, event.at ?? null)
    case 'other': {
      const { name, payload, at } = event
      const subject = { agencyId, creatorId: account.creatorId, accountId: account.id, publicationId: null }
      const details = { name, payload, ...(at === undefined ? {} : { at }) }
      return recordEvents(tx, subject, [{ type: 'account.platform_event', by: 'platform', details }])
    }
    case 'post_removed':
  }
}

/** Whatever of the account is being looked for is looked for at once. What the event says is no evidence by itself: a look-alike may have made it. */
async function lookNow(tx: Tx, agencyId: AgencyId, account: ToldAccount): Promise<void> {
  const isSought = sql`t.next_look_at > ofm.now()
    and (t.state in ('unknown', 'processing', 'needs_attention') or (t.state = 'published' and t.external_id is null))`
  await wakePublications(
    tx,
    agencyId,
    sql`p.account_id = ${account.id} and exists (
      select from ofm.part t where t.agency_id = p.agency_id and t.publication_id = p.publication_id and ${isSought})`,
  )
  await sql`
    update ofm.part t set next_look_at = ofm.now() where t.agency_id = ${agencyId} and t.account_id = ${account.id} and ${isSought}`.execute(
    tx,
  )
}

/** A word about a permission that was renewed since says nothing: platforms repeat themselves, sometimes late. */
async function askToReconnect(tx: Tx, agencyId: AgencyId, account: ToldAccount, at: number | null): Promise<void> {
  const message = 'The creator took the permission back on the platform.'
  const { rows } = await sql`
    update ofm.connection set state = 'reconnect', reason = ${message}
    where agency_id = ${agencyId} and account_id = ${account.id} and state = 'active' and (${at}::double precision is null or obtained_at <= ofm.at(${at}))
    returning account_id`.execute(tx)
  if (rows.length === 0) return
  const event = { type: 'account.reconnect', by: 'platform', reason: { code: 'reconnect', message } } as const
  await recordAccountEvent(tx, agencyId, account, event)
  await wakeAccount(tx, agencyId, account.id)
}
