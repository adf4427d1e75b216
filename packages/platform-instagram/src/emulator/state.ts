import type { EmulatedMetrics } from '@ofm-social/core/testing'

/** Which of the two APIs a person came through; the accounts of one are not seen by the other. */
export type InstagramLogin = 'instagram' | 'facebook'

/** A professional account. */
export interface InstagramUser {
  readonly id: string
  /** The app-scoped id that Instagram Login gives beside the account's own. */
  readonly scopedId: string
  readonly username: string
  readonly name: string
  readonly login: InstagramLogin
  readonly accountType: 'BUSINESS' | 'MEDIA_CREATOR'
  metrics: EmulatedMetrics | null
}

export interface FacebookUser {
  readonly id: string
  readonly name: string
  readonly businessId: string
}

/** Pages that a business owns, and Pages of its clients. */
export type BusinessEdge = 'owned_pages' | 'client_pages'

export interface FacebookPage {
  readonly id: string
  readonly name: string
  readonly ownerId: string
  /** The professional account that is linked with it. */
  readonly accountId: string | null
  /** Where the business of the person lists it, when it is among theirs through the business alone. */
  readonly throughBusiness?: BusinessEdge
}

export interface InstagramToken {
  readonly token: string
  readonly kind: 'instagram_user' | 'facebook_user' | 'page'
  /** An Instagram account, or a Facebook user. */
  readonly ownerId: string
  readonly pageId: string | null
  readonly scopes: readonly string[]
  readonly life: 'short' | 'long'
  readonly issuedAt: number
  readonly expiresAt: number | null
  /** Subcode of the refusal; 0 when the platform names none. */
  revoked: number | null
}

export interface LoginCode {
  readonly code: string
  readonly login: InstagramLogin
  readonly ownerId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly expiresAt: number
  used: boolean
}

export type ContainerKind = 'IMAGE' | 'VIDEO' | 'REELS' | 'STORIES' | 'CAROUSEL'

/** Bytes that come by themselves instead of from a URL. */
export interface ResumableUpload {
  parts: string[]
  transferred: number
  fileSize: number | null
  error: { readonly code: number; readonly message: string } | null
}

export interface Container {
  readonly id: string
  readonly accountId: string
  readonly createdAt: number
  readonly kind: ContainerKind
  readonly medium: 'image' | 'video' | 'album'
  readonly isCarouselItem: boolean
  readonly caption: string
  readonly altText: string | null
  readonly childIds: readonly string[]
  readonly shareToFeed: boolean
  readonly isAiGenerated: boolean
  readonly thumbOffsetMs: number
  readonly usesAudio: { readonly videoVolume: number } | null
  sha256: string | null
  coverSha256: string | null
  /** Null while bytes are missing. */
  readyAt: number | null
  /** Subcode with which processing ends. */
  failure: string | null
  upload: ResumableUpload | null
  mediaId: string | null
  /** Until then a published container still reads `FINISHED`. */
  publishedShowsAt: number
  expiredEarly: boolean
}

export interface Media {
  readonly id: string
  readonly accountId: string
  readonly kind: 'IMAGE' | 'VIDEO' | 'CAROUSEL_ALBUM'
  readonly product: 'FEED' | 'REELS' | 'STORY'
  readonly caption: string
  readonly altText: string | null
  readonly parentId: string | null
  readonly childIds: readonly string[]
  readonly sha256: string | null
  readonly coverSha256: string | null
  readonly shortcode: string
  readonly createdAt: number
  readonly shareToFeed: boolean
  readonly isAiGenerated: boolean
  /** False for what the owner posted in the app: no quota is spent on it. */
  readonly viaApi: boolean
  commentEnabled: boolean
  deletedAt: number | null
  metrics: EmulatedMetrics | null
  /** Reads that still fail although it is live. */
  failingReads: number
  expiryTold: boolean
}

export interface InstagramComment {
  readonly id: string
  readonly mediaId: string
  readonly accountId: string
  readonly parentId: string | null
  readonly text: string
  readonly createdAt: number
  hidden: boolean
  deletedAt: number | null
}

/** A callback of an app, and what it wants to hear of. */
export interface AppSubscription {
  readonly appId: string
  readonly object: string
  readonly callbackUrl: string
  fields: readonly string[]
}

export interface AccountSubscription {
  /** An account, or the Page that it is linked with. */
  readonly targetId: string
  readonly appId: string
  readonly fields: readonly string[]
}

/** A request to the app that is still to be taken. */
export interface Delivery {
  readonly url: string
  readonly contentType: string
  readonly signature: string | null
  readonly body: string
  attempts: number
  nextAttemptAt: number
  readonly givenUpAt: number
}

/** All that the emulator remembers; plain JSON. */
export interface InstagramState {
  lastSerial: number
  users: InstagramUser[]
  facebookUsers: FacebookUser[]
  pages: FacebookPage[]
  tokens: InstagramToken[]
  codes: LoginCode[]
  containers: Container[]
  media: Media[]
  comments: InstagramComment[]
  appSubscriptions: AppSubscription[]
  accountSubscriptions: AccountSubscription[]
  deliveries: Delivery[]
  /** Calls by the hour, per account and for the app. */
  calls: Record<string, Record<string, number>>
}
