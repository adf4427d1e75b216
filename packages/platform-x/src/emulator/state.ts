/** All that the emulator knows; plain JSON. Moments are epoch milliseconds. */
export interface XState {
  lastId: string
  app: XApp
  users: XUser[]
  grants: XGrant[]
  codes: XCode[]
  media: XMedia[]
  posts: XPost[]
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
  readonly oauth1: { readonly accessToken: string; readonly accessSecret: string }
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

export type XMediaKind = 'photo' | 'animated_gif' | 'video'

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
  sensitive: Record<string, boolean>
}

export interface XStoredMedia {
  readonly sha256: string
  readonly sizeBytes: number
  readonly type: string
  readonly widthPixels: number
  readonly heightPixels: number
  /** Null for stills. */
  readonly durationMs: number | null
  readonly storedAt: number
}

export interface XProcessing {
  readonly startedAt: number
  pendingMs: number
  inProgressMs: number
  failure: { readonly code: number; readonly name: string; readonly message: string } | null
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
  readonly repliedToId: string | null
  readonly quotedId: string | null
  readonly conversationId: string
  readonly replySettings: string
  readonly flags: { readonly madeWithAi: boolean; readonly paidPartnership: boolean; readonly nullcast: boolean }
  deletedAt: number | null
}

export interface XEntities {
  readonly urls?: readonly Readonly<Record<string, unknown>>[]
  readonly mentions?: readonly Readonly<Record<string, unknown>>[]
  readonly hashtags?: readonly Readonly<Record<string, unknown>>[]
  readonly cashtags?: readonly Readonly<Record<string, unknown>>[]
}
