import type { Progress } from './outcome.ts'
import type { PartAsset } from './part-request.ts'
import type { RateWindow } from './rate-window.ts'
import type { Secret } from './secret.ts'

/** The platform app that speaks: resolved account → creator → agency → installation. Platforms add members (`apps: { x: … }`). */
export interface AppCredentials {
  readonly clientId: string
  readonly clientSecret?: Secret
  /** Further members of the platform's app, as the host configured them; secrets wrapped. */
  readonly [name: string]: unknown
}

/** Bytes of an asset. Whoever opens reads to the end or cancels the stream. */
export interface OpenedAsset {
  readonly stream: ReadableStream<Uint8Array>
  /** Of the range that was asked for. */
  readonly sizeBytes: number
  /** MIME type. */
  readonly type: string
  readonly fileName: string
}

/** Inclusive byte range. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** What every call of an adapter gets. Nothing else reaches it: no clock, environment or database. */
export interface CallContext<Checkpoint = unknown> {
  readonly app: AppCredentials
  /** Whose account it is, so that an adapter need not ask the platform; absent while that is being found out. */
  readonly account?: { readonly externalId: string; readonly username: string }
  /** The account's token, refreshed when needed. Throws `PlatformError` `reconnect` when there is none. */
  accessToken(): Promise<Secret>
  open(asset: PartAsset, range?: ByteRange): Promise<OpenedAsset>
  /** A URL from which the platform can fetch the asset for at least `forMs`. Throws `misconfigured` when the host offers none. */
  publicUrl(asset: PartAsset, options: { readonly forMs: number }): Promise<string>
  /** The attempt that a write belongs to; outside `publish` its number is 0. `key` is shared by all attempts of a revision. */
  readonly attempt: { readonly id: string; readonly key: string; readonly number: number }
  /** What `save` stored for this same request, else undefined. */
  readonly checkpoint: Checkpoint | undefined
  /** Stores a checkpoint durably, and what a person may see meanwhile. Throws when the work is no longer ours. */
  save(checkpoint: Checkpoint, progress?: Progress): Promise<void>
  /** Epoch milliseconds on the database's clock when the call began. */
  readonly now: number
  /** Aborts at the deadline, on shutdown and when the work is no longer ours. */
  readonly signal: AbortSignal
  /** Monotonic milliseconds left until nothing may be sent any more; `core/http` asks right before the first byte. */
  remainingMs(): number
  /** Called by `core/http` when the first byte of a mutating request is about to leave. Throws when it must not. */
  markSent(request: { readonly method: string; readonly path: string }): void
  /** Called by `core/http` with what the response headers say about limits. */
  noteRateWindows(windows: readonly RateWindow[]): void
  /** W3C trace headers are not sent to platforms; `core/http` makes its span a child of this opaque context. */
  readonly trace?: unknown
}
