import type { Asset } from '../assets/assets.ts'
import type { ListWindow } from '../creators/creator-store.ts'
import type { AccountId, AgencyId, CreatorId, PostId, PublicationId } from '../model/ids.ts'
import type { PartRecord, PublicationRecord, PublicationState } from '../model/publication.ts'
import type { PartRequest } from '../platform/part-request.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import type { StoredPublication } from '../publications/publication-store.ts'
import type { Change } from '../publishing/publishing-store.ts'
import type { PostContent } from './post-input.ts'

/** An account as far as a post needs it. */
export interface DestinationAccount {
  readonly id: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly externalId: string
  readonly username: string | null
}

/** What a post is checked against, read in one statement. */
export interface PostMaterial {
  /** Epoch milliseconds on the database's clock. */
  readonly now: number
  /** The agency's default. */
  readonly approval: 'none' | 'required'
  /** The post that has the key already. */
  readonly existing: { readonly postId: PostId; readonly inputHash: string } | null
  readonly accounts: readonly DestinationAccount[]
  readonly assets: readonly Pick<Asset, 'id' | 'creatorId' | 'sizeBytes' | 'sha256' | 'mediaInfo'>[]
  readonly facts: readonly {
    readonly accountId: AccountId
    readonly target: string
    readonly facts: DestinationFacts
  }[]
}

export interface MaterialQuery {
  readonly accountIds: readonly string[]
  readonly assetIds: readonly string[]
  readonly key?: string | undefined
}

export type NewPart = Pick<PartRecord, 'id' | 'index' | 'kind' | 'likeness' | 'fingerprint'> & {
  readonly request: PartRequest
}

export interface NewPublication {
  readonly id: PublicationId
  readonly accountId: AccountId
  readonly platform: string
  readonly target: string | null
  readonly leadMs: number
  readonly parts: readonly NewPart[]
}

/** A post with its publications, to be stored in one statement. Times are epoch milliseconds. */
export interface NewPost {
  readonly id: PostId
  readonly creatorId: CreatorId
  readonly key: string | null
  /** Of the validated input without defaults: what `key` protects. */
  readonly inputHash: string
  readonly revisionHash: string
  readonly content: PostContent
  /** Null: now, on the database's clock. */
  readonly at: number | null
  readonly wallTime: string | null
  readonly timeZone: string | null
  readonly rating: 'general' | 'adult'
  readonly approval: 'none' | 'required'
  readonly state: 'draft' | 'awaiting_approval' | 'scheduled'
  readonly latestByMs: number
  readonly trace: Readonly<Record<string, string>> | null
  readonly by: string
  readonly publications: readonly NewPublication[]
}

export type CreatedPost =
  | { readonly status: 'created' | 'existing'; readonly postId: PostId }
  | { readonly status: 'key_conflict'; readonly postId: PostId }

/** The two statements of `posts.create`. Inside the host's transaction they run through its client. */
export interface PostCreation {
  readMaterial(agencyId: AgencyId, query: MaterialQuery): Promise<PostMaterial>
  create(agencyId: AgencyId, post: NewPost): Promise<CreatedPost>
}

/** The same in the host's transaction, where only its client sees the new rows. */
export interface CreationWithin extends PostCreation {
  read(
    agencyId: AgencyId,
    id: PostId,
  ): Promise<{ readonly post: StoredPost; readonly publications: readonly StoredPublication[] }>
}

export interface StoredPost {
  readonly id: PostId
  readonly creatorId: CreatorId
  readonly key: string | null
  readonly revision: number
  readonly revisionHash: string
  readonly at: number
  readonly wallTime: string | null
  readonly timeZone: string | null
  readonly rating: 'general' | 'adult'
  readonly approval: 'none' | 'required'
  readonly approvedRevision: number | null
  readonly latestByMs: number
  readonly content: PostContent
  readonly createdAt: number
}

/** What a command changes in the post itself. */
export interface PostChanges {
  readonly revision?: {
    readonly number: number
    readonly hash: string
    readonly content: PostContent
    readonly rating: 'general' | 'adult'
  }
  readonly approvedRevision?: number | null
  readonly approval?: 'required'
  readonly at?: number
  readonly wallTime?: string | null
  readonly timeZone?: string | null
  readonly latestByMs?: number
}

/** What a command decided about all publications of a post. */
export interface PostDecision {
  readonly post?: PostChanges
  readonly changes: ReadonlyMap<PublicationId, Change>
  /** Contents of a new revision. */
  readonly contents?: ReadonlyMap<PublicationId, readonly PartRequest[]>
}

/** Which first parts of an agency are looked for: what is not canceled, refused or missed, and due in that time. Epoch milliseconds. */
export interface AlikeQuery {
  readonly platforms: readonly string[]
  readonly likenesses: readonly string[]
  readonly dueFrom: number
  readonly dueUntil: number
  /** A post that is being edited repeats nothing of itself. */
  readonly exceptPostId?: PostId
}

/** A publication whose first part is like the one that is asked for. */
export interface AlikePublication {
  readonly id: PublicationId
  readonly account: Pick<DestinationAccount, 'id' | 'externalId' | 'username'>
  readonly platform: string
  readonly state: PublicationState
  readonly dueAt: number
  readonly likeness: string
  /** SHA-256 of its files, in order. */
  readonly assets: readonly string[]
}

export interface PostStore extends PostCreation {
  /** The newest first, some hundred at most. */
  findAlike(agencyId: AgencyId, query: AlikeQuery): Promise<readonly AlikePublication[]>
  find(agencyId: AgencyId, id: PostId): Promise<StoredPost | null>
  list(
    agencyId: AgencyId,
    query: ListWindow<PostId> & { readonly creatorId?: CreatorId },
  ): Promise<readonly StoredPost[]>
  saveFacts(
    agencyId: AgencyId,
    destination: { readonly accountId: AccountId; readonly target: string | null; readonly creatorId: CreatorId },
    facts: DestinationFacts,
  ): Promise<void>
  /** One transaction over the post and all its publications, locked in the order of their ids. Null decides nothing. False when there is no such post. */
  command(
    post: { readonly agencyId: AgencyId; readonly id: PostId; readonly by: string },
    decide: (post: StoredPost, publications: readonly PublicationRecord[], now: number) => PostDecision | null,
  ): Promise<boolean>
}
