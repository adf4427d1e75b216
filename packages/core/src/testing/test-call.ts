import type { AppCredentials, ByteRange, CallContext, OpenedAsset } from '../platform/call-context.ts'
import type { Progress } from '../platform/outcome.ts'
import type { PartAsset } from '../platform/part-request.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import { Secret } from '../platform/secret.ts'

export interface TestCallOptions<Checkpoint> {
  /** Without one, `accessToken()` throws `reconnect`. */
  readonly token?: string
  readonly app?: AppCredentials
  /** Epoch milliseconds. Default 2026-12-01T12:00:00Z. */
  readonly now?: number
  readonly attempt?: CallContext['attempt']
  readonly checkpoint?: Checkpoint
  /** Aborts beside `abort()`. */
  readonly signal?: AbortSignal
  /** Default: 45 s, never less. */
  readonly remainingMs?: () => number
  /** Called by `save`; what it throws is thrown to the adapter, as when the work is no longer ours. */
  readonly onSave?: (checkpoint: Checkpoint) => void
  /** Called by `markSent`; what it throws is thrown to the adapter, as when nothing may be sent. */
  readonly onSent?: (request: SentRequest) => void
  /** Without it, `publicUrl` throws `misconfigured`. */
  readonly publicUrl?: CallContext['publicUrl']
}

export interface SentRequest {
  readonly method: string
  readonly path: string
}

/** A call context for one call of an adapter, and what the adapter did with it. */
export interface TestCall<Checkpoint = unknown> {
  readonly context: CallContext<Checkpoint>
  readonly checkpoints: readonly Checkpoint[]
  readonly progress: readonly Progress[]
  /** What was marked as sent; by `core/http` every mutating request. */
  readonly sent: readonly SentRequest[]
  readonly rateWindows: readonly RateWindow[]
  abort(reason?: Error): void
}

/** Makes the context of one call, for an adapter's own tests. Opens assets of `sampleAsset`. */
export function createTestCall<Checkpoint = unknown>(options: TestCallOptions<Checkpoint> = {}): TestCall<Checkpoint> {
  const { token, app = { clientId: 'test-client' }, checkpoint, remainingMs = () => 45_000 } = options
  const checkpoints: Checkpoint[] = []
  const progress: Progress[] = []
  const sent: SentRequest[] = []
  const rateWindows: RateWindow[] = []
  const controller = new AbortController()
  const signal = options.signal ? AbortSignal.any([options.signal, controller.signal]) : controller.signal
  const context: CallContext<Checkpoint> = {
    app,
    async accessToken() {
      if (token === undefined) throw new PlatformError({ code: 'reconnect', message: 'The account is not connected.' })
      return new Secret(token)
    },
    open: openSample,
    publicUrl: options.publicUrl ?? refusePublicUrl,
    attempt: options.attempt ?? { id: 'attempt-1', key: 'key-1', number: 1 },
    checkpoint: checkpoint === undefined ? undefined : structuredClone(checkpoint),
    async save(saved, saidProgress) {
      checkpoints.push(structuredClone(saved))
      if (saidProgress) progress.push(saidProgress)
      options.onSave?.(saved)
    },
    now: options.now ?? Date.UTC(2026, 11, 1, 12),
    signal,
    remainingMs,
    markSent(request) {
      options.onSent?.(request)
      sent.push(request)
    },
    noteRateWindows: (windows) => void rateWindows.push(...windows),
  }
  return { context, checkpoints, progress, sent, rateWindows, abort: (reason) => controller.abort(reason) }
}

async function openSample(asset: PartAsset, range?: ByteRange): Promise<OpenedAsset> {
  if (!('bytes' in asset) || !(asset.bytes instanceof Uint8Array)) {
    throw new TypeError(`Asset ${asset.id} has no bytes; test assets are made by sampleAsset().`)
  }
  const bytes = range ? asset.bytes.slice(range.start, range.end + 1) : asset.bytes.slice()
  const type = asset.mediaInfo.kind === 'unknown' ? 'application/octet-stream' : asset.mediaInfo.type
  return {
    stream: new Blob([bytes]).stream(),
    sizeBytes: bytes.length,
    type,
    fileName: `${asset.id}.${toEnding(type)}`,
  }
}

function toEnding(type: string): string {
  return type.slice(type.indexOf('/') + 1).replace('jpeg', 'jpg')
}

async function refusePublicUrl(): Promise<string> {
  throw new PlatformError({ code: 'misconfigured', message: 'This test has no public URLs for assets.' })
}
