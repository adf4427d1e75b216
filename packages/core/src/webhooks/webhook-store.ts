import type { AccountId, AgencyId, CreatorId, PublicationId } from '../model/ids.ts'
import type { WebhookEvent } from '../platform/platform-webhook.ts'

/** An account that a webhook speaks of. */
export interface ToldAccount {
  readonly id: AccountId
  readonly creatorId: CreatorId
}

/** What webhooks need of a database. Each method is one transaction. */
export interface WebhookStore {
  /** The account with this id, else all that have it as an alias. None: somebody else's, or one that was never connected. */
  findAccounts(agencyId: AgencyId, platform: string, externalId: string): Promise<readonly ToldAccount[]>
  findPart(
    agencyId: AgencyId,
    accountId: AccountId,
    externalId: string,
  ): Promise<{ readonly publicationId: PublicationId; readonly partIndex: number } | null>
  /**
   * Remembers the event and does what it asks for, in one transaction: a look at what is unknown, a connection that needs a person, an event of the
   * outbox. False when the event was here before.
   */
  take(agencyId: AgencyId, platform: string, account: ToldAccount, event: WebhookEvent): Promise<boolean>
}
