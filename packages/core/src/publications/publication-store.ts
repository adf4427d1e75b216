import type { ListWindow } from '../creators/creator-store.ts'
import type { AccountId, AgencyId, CreatorId, PostId, PublicationId } from '../model/ids.ts'
import type { PublicationRecord, PublicationState } from '../model/publication.ts'
import type { HistoryEntry } from './publications.ts'

/** A publication with what only people want to see of it. */
export interface StoredPublication {
  readonly record: PublicationRecord
  /** Text of each part at the pinned revision, by index. */
  readonly texts: readonly string[]
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly publishedAt: number | null
}

/** A filter in our own ids. */
export interface StoredPublicationFilter {
  readonly states?: readonly PublicationState[]
  readonly creatorId?: CreatorId
  readonly accountId?: AccountId
  readonly platform?: string
  readonly postId?: PostId
  readonly held?: boolean
}

/** What reading publications needs of a database. Commands go through `PublishingStore.change`. */
export interface PublicationStore {
  find(agencyId: AgencyId, id: PublicationId): Promise<StoredPublication | null>
  list(
    agencyId: AgencyId,
    query: ListWindow<PublicationId> & StoredPublicationFilter,
  ): Promise<readonly StoredPublication[]>
  /** Of one post, in the order of its destinations. */
  listOfPost(agencyId: AgencyId, postId: PostId): Promise<readonly StoredPublication[]>
  /** Oldest first. */
  history(agencyId: AgencyId, id: PublicationId): Promise<readonly HistoryEntry[]>
}
