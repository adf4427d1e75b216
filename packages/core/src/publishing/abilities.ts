import type { PartRequest } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { LOOK_AFTER_MS, PUBLISH_TIMEOUT_MS } from './timing.ts'

/** What the machine must know of an adapter: presence of members and lengths of time, as data. */
export interface Abilities {
  readonly prepares: boolean
  readonly finds: boolean
  readonly readsOutcome: boolean
  readonly readsUrl: boolean
  readonly removes: boolean
  readonly publishTimeoutMs: number
  readonly lookAfterMs: readonly number[]
  readonly settledAfterMs: number | null
  readonly idempotentForMs: number | null
}

export function toAbilities(adapter: PlatformAdapter): Abilities {
  return {
    prepares: adapter.prepare !== undefined,
    finds: adapter.findPublished !== undefined,
    readsOutcome: adapter.readOutcome !== undefined,
    readsUrl: adapter.readUrl !== undefined,
    removes: adapter.remove !== undefined,
    publishTimeoutMs: adapter.publishTimeoutMs ?? PUBLISH_TIMEOUT_MS,
    lookAfterMs: adapter.lookAfterMs?.length ? adapter.lookAfterMs : LOOK_AFTER_MS,
    settledAfterMs: adapter.settledAfterMs ?? null,
    idempotentForMs: adapter.idempotentForMs ?? null,
  }
}

const BYTES_PER_MS = 500
const LEAD_MIN_MS = 30_000
const LEAD_MAX_MS = 3_600_000

/** How early before it is due a part should be prepared: half a minute, and its bytes at 500 kB/s. */
export function estimateLeadMs(request: Pick<PartRequest, 'assets'>): number {
  const bytes = request.assets.reduce((sum, asset) => sum + asset.sizeBytes, 0)
  return Math.min(LEAD_MAX_MS, LEAD_MIN_MS + Math.ceil(bytes / BYTES_PER_MS))
}
