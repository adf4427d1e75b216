import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import type { PlatformError } from '../../platform/platform-error.ts'
import type { Counters } from '../../platform/platform-metrics.ts'
import type { WebhookEvent, WebhookRequest } from '../../platform/platform-webhook.ts'
import type { RateWindow } from '../../platform/rate-window.ts'
import { createScriptedAdapter } from './scripted-adapter.ts'
import { createScriptedCounters } from './scripted-counters.ts'
import { toScriptedWebhook } from './scripted-webhook.ts'
import { ScriptedWorld } from './scripted-world.ts'

/** The five shapes that platforms have. */
export type ScriptedShape = 'synchronous' | 'container' | 'last_chunk' | 'no_id' | 'idempotency_key'

export const SCRIPTED_SHAPES: readonly ScriptedShape[] = [
  'synchronous',
  'container',
  'last_chunk',
  'no_id',
  'idempotency_key',
]

/** What goes wrong with one call. */
export type ScriptedFault =
  /** Refused before anything happened. `code` as the adapter reports it. */
  | { readonly kind: 'refuse'; readonly code: PlatformError['code'] }
  /** The effect happens, the answer is lost. */
  | { readonly kind: 'accept_then_lose' }
  /** Lost before the platform saw it; the caller cannot know. */
  | { readonly kind: 'lose_before' }
  /** The answer is lost, and the effect happens this much later. */
  | { readonly kind: 'effect_later'; readonly afterMs: number }
  /** Certainly not sent: no byte left. */
  | { readonly kind: 'not_sent' }
  /** The adapter throws something that is no `PlatformError`; with `after` the effect has happened. */
  | { readonly kind: 'crash'; readonly effect: 'before' | 'after' }
  /** It works, and the answer does not name the post. */
  | { readonly kind: 'answer_without_id' }

export type ScriptedCall =
  | 'prepare'
  | 'publish'
  | 'readOutcome'
  | 'findPublished'
  | 'remove'
  | 'readBaseline'
  | 'readMetrics'

/** A post as the platform has it. */
export interface ScriptedPost {
  readonly id: string
  readonly accountExternalId: string
  readonly text: string
  readonly parentId: string | null
  readonly createdAt: number
  readonly removedAt: number | null
  /** The attempt's key that made it: the truth that no caller sees. */
  readonly key: string
}

export interface ScriptedPlatform {
  readonly shape: ScriptedShape
  readonly adapter: PlatformAdapter<Record<string, unknown>, ScriptedUploads>
  /** What is publicly live. */
  posts(): readonly ScriptedPost[]
  /** All that ever were, removed ones too. */
  allPosts(): readonly ScriptedPost[]
  /** Calls so far, in order. */
  readonly calls: readonly { readonly call: ScriptedCall; readonly key: string; readonly at: number }[]
  /** The next call of this member goes wrong, or the one after so many others. Queued. */
  fail(call: ScriptedCall, fault: ScriptedFault, options?: { readonly afterCalls: number }): void
  clearFaults(): void
  /** Effects that are still to happen. */
  pendingEffects(): number
  /** Posts appear in listings this much later. Default 0. */
  setListingLag(ms: number): void
  /** Processing of `no_id` and `container` takes this long. Default 1,000. */
  setProcessing(ms: number): void
  /** What every answer says about limits from now on. Default: nothing. */
  setRateWindows(windows: readonly RateWindow[]): void
  /** The platform refuses what is processing. */
  failProcessing(reason: string): void
  /** The platform no longer answers for the handles that there are; what they began still happens. */
  forgetHandles(): void
  /** Somebody else, or the author by hand, posts the same. */
  postByHand(post: { readonly accountExternalId: string; readonly text: string; readonly parentId?: string }): string
  /** The author or the platform takes it off. */
  takeOff(id: string): void
  /** What the platform counts for a post from now on. Before, it says nothing about it. */
  setCounters(id: string, counters: Counters): void
  /** A request that the platform would send to the host's webhook address. */
  webhook(events: readonly WebhookEvent[], options?: { readonly forged?: boolean }): WebhookRequest
}

export interface ScriptedUploads {
  readonly handle?: string
}

/**
 * A platform in a few dozen lines, with the truth in reach: what is live, whatever callers were told. All times are of the clock that is passed in.
 */
export function createScriptedPlatform(
  shape: ScriptedShape,
  options: { readonly now: () => number; readonly platform?: string },
): ScriptedPlatform {
  const world = new ScriptedWorld(options.now)
  const counters = createScriptedCounters(world)
  const adapter = createScriptedAdapter(world, { shape, platform: options.platform ?? `scripted_${shape}` })
  return {
    shape,
    adapter: { ...adapter, ...counters.members },
    calls: world.calls,
    setCounters: counters.setCounters,
    webhook: toScriptedWebhook,
    posts: () => {
      world.settle()
      return world.posts.filter((post) => post.removedAt === null)
    },
    allPosts: () => {
      world.settle()
      return [...world.posts]
    },
    fail: (call, fault, { afterCalls } = { afterCalls: 0 }) => world.fail(call, fault, afterCalls),
    clearFaults: () => world.clearFaults(),
    forgetHandles: () => {
      for (const id of world.handles.keys()) world.forgotten.add(id)
    },
    pendingEffects: () => world.pendingEffects(),
    setListingLag: (ms) => {
      world.listingLagMs = ms
    },
    setProcessing: (ms) => {
      world.processingMs = ms
    },
    setRateWindows: (windows) => {
      world.rateWindows = windows
    },
    failProcessing: (reason) => {
      world.processingRefusal = reason
    },
    postByHand: ({ accountExternalId, text, parentId }) =>
      world.addPost({ accountExternalId, text, parentId: parentId ?? null, key: '' }),
    takeOff: (id) => world.takeOff(id),
  }
}
