import type { MediaInfo } from '../model/media-info.ts'

export type PartKind = 'post' | 'thread' | 'comment'

/** Who may see it: decided by the post, mapped or refused by the adapter. */
export type Rating = 'general' | 'adult'

/** One original or variant, as an adapter sees it. Bytes come from `context.open(asset)`. */
export interface PartAsset {
  readonly id: string
  readonly altText?: string
  readonly sha256: string
  readonly sizeBytes: number
  readonly mediaInfo: MediaInfo
}

/** The part before it, where this one replies to it (`thread`, `comment`). */
export interface PartParent {
  readonly externalId: string
  readonly url?: string
}

/** One public write, as `checkPart` and `prepare` see it. */
export interface PartRequest<Settings = unknown> {
  readonly kind: PartKind
  /** 0 for the post; later parts count on. */
  readonly index: number
  readonly text: string
  readonly assets: readonly PartAsset[]
  readonly settings: Settings
  readonly rating: Rating
  /** The place on the account's platform, such as a Reddit community; absent for the profile itself. */
  readonly target?: string
}

/** The same part, live. */
export interface LivePart<Settings = unknown> extends PartRequest<Settings> {
  readonly externalId: string
  /** Present for every part that follows another. */
  readonly parent?: PartParent
}

/** The same part, prepared: what `publish` gets. */
export interface PreparedPart<Settings = unknown, Uploads = unknown> extends PartRequest<Settings> {
  readonly uploads: Uploads
  /** Present for every part that follows another. */
  readonly parent?: PartParent
}
