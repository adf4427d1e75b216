import type { EmulatedMetrics } from '@ofm-social/core/testing'
import type { XLedger } from './ledger.ts'

/** All that the emulator knows; plain JSON. Moments are epoch milliseconds. */
export interface XState {
  lastId: string
  app: XApp
  users: XUser[]
  grants: XGrant[]
  codes: XCode[]
  requestTokens: XRequestToken[]
  media: XMedia[]
  posts: XPost[]
  reposts: XEngagement[]
  likes: XEngagement[]
  follows: XFollow[]
  webhooks: XWebhook[]
  subscriptions: XSubscription[]
  /** Events that webhooks have not taken yet. */
  deliveries: XDelivery[]
  /** Everything that was told, for replays. */
  events: XEvent[]
  ledger: XLedger
  /** Calls counted in the current window, by window name. */
  windows: Record<string, { endsAt: number; used: number }>
}

export interface XApp {
  readonly id: string
  readonly clientId: string
  readonly clientSecret: string
  readonly redirectUris: readonly string[]
  /** Consumer key and secret of OAuth 1.0a; the secret also signs webhooks. */
  readonly apiKey: string
  readonly apiSecret: string
  /** App-only. */
  readonly bearerToken: string
  /** Named in billing refusals. */
  readonly billingAccountId: string
}

export interface XUser {
  readonly id: string
  readonly username: string
  readonly name: string
  readonly createdAt: number
  /** The same at every login, until the user takes the permission away or gives another one. */
  oauth1: { readonly accessToken: string; readonly accessSecret: string; readonly access: 'read' | 'read-write' }
  /** Set when the user took the permission away. */
  oauth1Revoked: boolean
}

/** The permission of one user: one live pair of tokens. */
export interface XGrant {
  readonly userId: string
  readonly scopes: readonly string[]
  accessToken: string
  accessExpiresAt: number
  /** Null without `offline.access`. */
  refreshToken: string | null
  refreshExpiresAt: number
  usedRefreshTokens: string[]
  revoked: boolean
  /** Came for tokens of OAuth 1.0a. */
  readonly isExchanged: boolean
}

export interface XCode {
  readonly code: string
  readonly userId: string
  readonly redirectUri: string
  readonly scopes: readonly string[]
  readonly challenge: string
  readonly challengeMethod: 's256' | 'plain'
  readonly expiresAt: number
  used: boolean
}

/** First leg of a login with OAuth 1.0a. */
export interface XRequestToken {
  readonly token: string
  readonly secret: string
  /** `oob`: a person types the verifier. */
  readonly callback: string
  readonly access: 'read' | 'read-write'
  /** Null until somebody has logged in. */
  userId: string | null
  verifier: string | null
  isUsed: boolean
}

export type XMediaKind = 'photo' | 'animated_gif' | 'video' | 'subtitles'

export interface XMedia {
  readonly id: string
  readonly mediaKey: string
  readonly ownerId: string
  readonly additionalOwners: readonly string[]
  readonly kind: XMediaKind
  readonly category: string
  readonly type: string
  readonly totalBytes: number
  readonly expiresAt: number
  /** By index; the bytes lie in the blobs. */
  segments: Record<string, { readonly sha256: string; readonly sizeBytes: number }>
  /** Null until finalized. */
  stored: XStoredMedia | null
  processing: XProcessing | null
  altText: string | null
  subtitles: readonly XSubtitles[]
  sensitive: Record<string, boolean>
  /** Told back, and without effect here. */
  otherMetadata: Readonly<Record<string, unknown>>
}

export interface XSubtitles {
  readonly id: string
  readonly languageCode: string
  readonly displayName: string | null
}

export interface XStoredMedia {
  readonly sha256: string
  readonly sizeBytes: number
  readonly type: string
  readonly widthPixels: number
  readonly heightPixels: number
  /** Null for stills. */
  readonly durationMs: number | null
  /** Null for stills, and where the file does not say. */
  readonly framesPerSecond: number | null
  readonly storedAt: number
}

export interface XProcessing {
  readonly startedAt: number
  pendingMs: number
  inProgressMs: number
  failure: { readonly code: number; readonly name: string; readonly message: string } | null
  /** Where it stays in progress for ever, or null. */
  stallsAtPercent: number | null
}

export interface XPost {
  readonly id: string
  readonly authorId: string
  readonly createdAt: number
  /** As sent, trimmed. */
  readonly text: string
  /** As X answers: short links, escaped. */
  readonly rendered: string
  /** `rendered` cut, for long posts; null when it is whole. */
  readonly preview: string | null
  readonly entities: XEntities
  readonly mediaIds: readonly string[]
  /** Those that may be tagged; X leaves out the others in silence. */
  readonly taggedUserIds: readonly string[]
  readonly poll: XPoll | null
  readonly repliedToId: string | null
  readonly quotedId: string | null
  readonly conversationId: string
  readonly communityId: string | null
  readonly placeId: string | null
  readonly cardUri: string | null
  /** The versions up to this one, oldest first; a post that was never edited names itself. */
  readonly editHistory: readonly string[]
  /** When a newer version took its place; it stays readable. */
  editedAt: number | null
  readonly replySettings: string
  readonly flags: {
    readonly madeWithAi: boolean
    readonly paidPartnership: boolean
    readonly nullcast: boolean
    readonly isForSubscribers: boolean
  }
  /** Hidden among the replies of another post. */
  isHidden: boolean
  /** Set by a test, or null: then they grow by themselves, see `post-metrics.ts`. */
  metrics: EmulatedMetrics | null
  deletedAt: number | null
}

export interface XEngagement {
  readonly userId: string
  readonly postId: string
  readonly at: number
}

export interface XFollow {
  readonly userId: string
  readonly targetId: string
}

export interface XWebhook {
  readonly id: string
  readonly url: string
  readonly createdAt: number
  valid: boolean
  /** When the last challenge was answered rightly. */
  checkedAt: number
}

/** Events of one kind about one user, to a webhook; without one, to the stream that the emulator does not have. */
export interface XSubscription {
  readonly id: string
  readonly eventType: string
  readonly filter: Readonly<Record<string, string>>
  readonly createdAt: number
  updatedAt: number
  tag: string | null
  webhookId: string | null
}

/** One event as it goes out; `body` is what is signed. */
export interface XEvent {
  readonly webhookId: string
  readonly body: string
  readonly at: number
}

export interface XDelivery extends XEvent {
  attempts: number
  nextAttemptAt: number
}

export interface XPoll {
  readonly id: string
  readonly options: readonly string[]
  readonly durationMinutes: number
  /** By option. Nobody votes here; a test sets them. */
  votes: readonly number[]
}

export interface XEntities {
  readonly urls?: readonly Readonly<Record<string, unknown>>[]
  readonly mentions?: readonly Readonly<Record<string, unknown>>[]
  readonly hashtags?: readonly Readonly<Record<string, unknown>>[]
  readonly cashtags?: readonly Readonly<Record<string, unknown>>[]
}
