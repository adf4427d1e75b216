import type { AccountId, CreatorId, PostId, PublicationId } from '../model/ids.ts'
import type { Rating } from '../platform/part-request.ts'
import type { PostProblem } from '../platform/post-problem.ts'
import type { Publication } from '../publications/publications.ts'
import type { PostQuote } from '../spending/post-quote.ts'

/** One part as the app writes it. */
export interface PartInput {
  readonly text?: string
  readonly assets?: readonly AssetInput[]
}

/** An asset, or one with the text that describes it to people who cannot see it. */
export type AssetInput = string | { readonly asset: string; readonly altText?: string }

/** Where to, with what is different there. A bare string is an account id. */
export type DestinationInput =
  | string
  | {
      readonly account: string
      /** A place on the platform, such as `r/streaming`. */
      readonly target?: string
      /** The adapter's settings: privacy, flair, reply settings. `{ … } satisfies XSettings` makes a misspelt one a compile error. */
      readonly settings?: unknown
      readonly text?: string
      readonly parts?: readonly PartInput[]
    }

/** What is to be published. Either `text` and `assets`, or `parts` for a thread. */
export interface PostInput {
  readonly to: readonly DestinationInput[]
  readonly text?: string
  readonly assets?: readonly AssetInput[]
  readonly parts?: readonly PartInput[]
  /** First comment, published after the post. */
  readonly comment?: string
  /** Default `general`. */
  readonly rating?: Rating
}

export interface CreatePostInput extends PostInput {
  /**
   * When: a `Date`, or a wall-clock time with an IANA zone, `2026-12-24T18:00[Europe/Paris]`, or an instant, `2026-12-24T17:00:00Z`. Default now. A
   * wall-clock time in a gap means the first instant after it, in an overlap the first occurrence.
   */
  readonly at?: Date | string
  /** The app's own key, unique per agency: the same key and input return the same post. */
  readonly key?: string
  /** Default: the agency's, else `none`. */
  readonly approval?: 'none' | 'required'
  /** Latest moment to go out, in milliseconds after `at`. Default six hours. */
  readonly latestByMs?: number
  /** Stay a draft until `posts.submit`. */
  readonly draft?: boolean
  /** Who, for the history. */
  readonly by?: string
}

/** The intent. Its publications say what became of it. */
export interface Post {
  readonly id: PostId
  readonly creatorId: CreatorId
  readonly key: string | null
  readonly revision: number
  readonly revisionHash: string
  readonly at: Date
  /** As given, when it was a wall-clock time. */
  readonly schedule: { readonly wallTime: string; readonly timeZone: string } | null
  readonly rating: Rating
  readonly approval: 'none' | 'required'
  readonly approvedRevision: number | null
  readonly publications: readonly Publication[]
  readonly createdAt: Date
}

/** A post that was accepted, and what publishing it costs at today's prices. */
export interface CreatedPost extends Post {
  /** By platform; empty where nothing is metered. Null when its key had been accepted before: the quote was given then. */
  readonly quote: PostQuote | null
  /** Empty when its key had been accepted before. In the host's own transaction only what the post repeats itself. */
  readonly warnings: readonly DestinationWarning[]
}

/** A post that was edited, and what it repeats now. */
export interface EditedPost extends Post {
  /** As `create` gives them, counted from when the post is due. Empty when the edit changed nothing. */
  readonly warnings: readonly DestinationWarning[]
}

/** A problem with where it is: the destination's number in `to`, its platform, and the adapter's path. */
export interface DestinationProblem extends Omit<PostProblem, 'message'> {
  readonly destination: number
  readonly platform: string
  readonly message: string
}

/** Nothing is refused for it, but the platform forbids or refuses it: the same post is on another account, or was on this one a short time ago. */
export interface DestinationWarning {
  readonly destination: number
  readonly platform: string
  readonly code: 'repeated_on_other_account' | 'repeated_on_account'
  readonly path: string
  readonly message: string
  /** The account that has the same, of this agency. */
  readonly accountId: AccountId
  /** Null: another destination of this very post. */
  readonly publicationId: PublicationId | null
}

export interface CheckedPost {
  readonly problems: readonly DestinationProblem[]
  readonly warnings: readonly DestinationWarning[]
  /** What it would cost, by platform; empty where nothing is metered. */
  readonly quote: PostQuote
}

export interface PostCommandOptions {
  readonly by?: string
}

/** What became of a cancel, per publication. */
export interface CancelResult {
  readonly publicationId: string
  /**
   * `in_flight`: a write is out; it ends as canceled only when its absence is proven, else with the event `publication.canceled_too_late`. `too_late`: it is
   * or may be live; use `remove`.
   */
  readonly result: 'canceled' | 'in_flight' | 'too_late'
}

export interface Posts {
  /**
   * Finds all problems of all destinations, what the post would repeat, and what it would cost. Takes what `create` takes, and stores nothing.
   *
   * @throws {SocialError} As `create` does, but for `invalid_post`, whose list is the answer, and `key_conflict`.
   */
  check(input: CreatePostInput): Promise<CheckedPost>
  /**
   * Accepts a post: from here on it is published, or says why not.
   *
   * @throws {SocialError} `invalid_post` with the list of `check`; `not_found`, `unknown_platform`, `mixed_creators` with everything that the post names and
   *   that is not there or not usable, as `check` does; `key_conflict`, `invalid_input`.
   */
  create(input: CreatePostInput): Promise<CreatedPost>
  get(id: string): Promise<Post>
  list(query?: {
    readonly creator?: string
    readonly limit?: number
    readonly after?: string
  }): Promise<{ readonly items: readonly Post[]; readonly next: string | null }>
  /** A draft becomes scheduled, or waits for approval. */
  submit(id: string, options?: PostCommandOptions): Promise<Post>
  /**
   * Makes a new revision: what is not named stays, and a `comment` of null takes the first comment away. Approval is asked again. `too_late` once an
   * attempt is open or a part is live.
   */
  edit(
    id: string,
    changes: Omit<Partial<PostInput>, 'to' | 'comment'> & {
      readonly comment?: string | null
      readonly settings?: Readonly<Record<string, unknown>>
      readonly by?: string
    },
  ): Promise<EditedPost>
  /** Approves exactly this revision: `revisionHash` of the post that the person saw. `stale_revision` when it moved. */
  approve(id: string, options: { readonly revisionHash: string; readonly by?: string }): Promise<Post>
  withdrawApproval(id: string, options?: PostCommandOptions): Promise<Post>
  cancel(id: string, options?: PostCommandOptions): Promise<readonly CancelResult[]>
  reschedule(
    id: string,
    options: { readonly at: Date | string; readonly latestByMs?: number; readonly by?: string },
  ): Promise<Post>
}
