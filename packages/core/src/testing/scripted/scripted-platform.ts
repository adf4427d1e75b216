import type { CallContext } from '../../platform/call-context.ts'
import type { PreparedPart } from '../../platform/part-request.ts'
import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import { PlatformError } from '../../platform/platform-error.ts'
import type { Counters } from '../../platform/platform-metrics.ts'
import type { WebhookEvent, WebhookRequest } from '../../platform/platform-webhook.ts'
import { createScriptedCounters } from './scripted-counters.ts'
import { parseScriptedWebhook, toScriptedWebhook } from './scripted-webhook.ts'

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
  | { readonly kind: 'refuse'; readonly code: PlatformErrorInput }
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

type PlatformErrorInput = ConstructorParameters<typeof PlatformError>[0]['code']

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

interface Handle {
  readonly id: string
  readonly expiresAt: number
  status: 'unused' | 'used' | 'processing' | 'failed' | 'expired'
  postId: string | null
  readyAt: number
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

const HANDLE_LIFE_MS = 3_600_000
const KEY_LIFE_MS = 3_600_000

/**
 * A platform in a few dozen lines, with the truth in reach: what is live, whatever callers were told. All times are of the clock that is passed in.
 */
export function createScriptedPlatform(
  shape: ScriptedShape,
  options: { readonly now: () => number; readonly platform?: string },
): ScriptedPlatform {
  const { now } = options
  const posts: ScriptedPost[] = []
  const later: { readonly at: number; readonly run: () => void }[] = []
  const handles = new Map<string, Handle>()
  const keys = new Map<string, { readonly postId: string; readonly until: number }>()
  const faults = new Map<ScriptedCall, (ScriptedFault | undefined)[]>()
  const calls: { call: ScriptedCall; key: string; at: number }[] = []
  let listingLagMs = 0
  let processingMs = 1_000
  let processingRefusal: string | null = null
  const forgotten = new Set<string>()
  let count = 0

  const nextId = (kind: string): string => `${kind}${++count}`
  /** When an effect happens: at its own time, also when nobody asked until now. */
  let happensAt: number | null = null
  const moment = (): number => happensAt ?? now()
  const settle = (): void => {
    for (const effect of later.splice(0).sort((a, b) => a.at - b.at)) {
      if (effect.at > now()) {
        later.push(effect)
        continue
      }
      happensAt = effect.at
      effect.run()
      happensAt = null
    }
    for (const handle of handles.values()) {
      if (handle.status === 'unused' && handle.expiresAt <= now()) handle.status = 'expired'
      if (handle.status === 'processing' && handle.readyAt <= now()) {
        handle.status = processingRefusal === null ? 'used' : 'failed'
        happensAt = handle.readyAt
        if (processingRefusal === null && handle.postId === null) handle.postId = pending.get(handle.id)?.() ?? null
        happensAt = null
        pending.delete(handle.id)
      }
    }
  }
  const pending = new Map<string, () => string>()
  const createPost = (part: PreparedPart, context: CallContext, account: string): string => {
    const id = nextId('post')
    posts.push({
      id,
      accountExternalId: account,
      text: part.text,
      parentId: part.parent?.externalId ?? null,
      createdAt: moment(),
      removedAt: null,
      key: context.attempt.key,
    })
    return id
  }
  const takeFault = (call: ScriptedCall, key: string): ScriptedFault | undefined => {
    settle()
    calls.push({ call, key, at: now() })
    return faults.get(call)?.shift()
  }
  const lost = (): PlatformError =>
    new PlatformError({ code: 'outcome_unknown', message: 'The connection was closed before the answer came.' })

  /** Runs an effect under a fault; the answer is lost, refused, or what the effect made. */
  const underFault = <Result>(fault: ScriptedFault | undefined, context: CallContext, effect: () => Result): Result => {
    if (fault?.kind === 'refuse') {
      throw new PlatformError({
        code: fault.code,
        message: `The platform answered ${fault.code}.`,
        ...(fault.code === 'rate_limited' ? { retryAfterMs: 60_000 } : {}),
      })
    }
    if (fault?.kind === 'not_sent') throw new PlatformError({ code: 'not_accepted', message: 'Nothing was sent.' })
    if (context.remainingMs() <= 0) throw new PlatformError({ code: 'not_accepted', message: 'Too late to send.' })
    context.markSent({ method: 'POST', path: '/posts' })
    switch (fault?.kind) {
      case 'accept_then_lose':
        effect()
        throw lost()
      case 'lose_before':
        throw lost()
      case 'effect_later':
        later.push({ at: now() + fault.afterMs, run: () => void effect() })
        throw lost()
      case 'crash':
        if (fault.effect === 'after') effect()
        throw new TypeError('undefined is not a function')
      default:
        return effect()
    }
  }
  const readFault = (fault: ScriptedFault | undefined): void => {
    if (fault?.kind === 'refuse')
      throw new PlatformError({ code: fault.code, message: `The platform answered ${fault.code}.` })
    if (fault) throw new PlatformError({ code: 'bad_response', message: 'The platform did not answer.' })
  }
  const visible = async (context: CallContext): Promise<readonly ScriptedPost[]> => {
    const account = await accountOf(context)
    return posts.filter(
      (post) => post.removedAt === null && post.accountExternalId === account && post.createdAt + listingLagMs <= now(),
    )
  }
  const urlOf = (id: string): string => `https://scripted.example/${id}`

  const counters = createScriptedCounters({
    posts: () => posts,
    call: (key) => readFault(takeFault('readMetrics', key)),
  })
  const base: PlatformAdapter<Record<string, unknown>, ScriptedUploads> = {
    ...counters.members,
    parseWebhook: parseScriptedWebhook,
    platform: options.platform ?? `scripted_${shape}`,
    displayName: 'Scripted',
    limits: { textLengthMax: 280, metricsBatchMax: 100, source: 'https://example.com/limits', checkedOn: '2026-11-25' },
    checkPart: ({ text }) =>
      text.length <= 280 ? [] : [{ code: 'too_long', path: 'text', limit: 280, actual: text.length, fix: 'shorten' }],
    async readAccount(context) {
      const account = await accountOf(context)
      return { externalId: account, username: account, url: urlOf(account) }
    },
    async publish(part, context) {
      const account = await accountOf(context)
      const fault = takeFault('publish', context.attempt.key)
      const id = underFault(fault, context, () => createPost(part, context, account))
      return fault?.kind === 'answer_without_id'
        ? { status: 'published' }
        : { status: 'published', externalId: id, url: urlOf(id) }
    },
    async remove(externalId, context) {
      const fault = takeFault('remove', context.attempt.key)
      if (fault?.kind === 'refuse') readFault(fault)
      const index = posts.findIndex((post) => post.id === externalId && post.removedAt === null)
      if (index >= 0 && fault?.kind !== 'lose_before')
        posts[index] = { ...(posts[index] as ScriptedPost), removedAt: now() }
      if (fault) throw lost()
    },
  }

  const findInListing: NonNullable<typeof base.findPublished> = async (attempt, context) => {
    readFault(takeFault('findPublished', context.attempt.key))
    const baseline = new Set((attempt.baseline as { ids?: string[] } | null)?.ids ?? [])
    const parent = attempt.part.parent?.externalId ?? null
    const listed = await visible(context)
    const candidates = listed.filter(
      (post) =>
        !baseline.has(post.id) &&
        !attempt.idsBoundElsewhere.includes(post.id) &&
        post.text === attempt.part.text &&
        post.parentId === parent,
    )
    const [found] = candidates
    return found
      ? { status: 'found', externalId: found.id, url: urlOf(found.id), looked: 'the listing' }
      : { status: 'not_yet', looked: `the listing, ${listed.length} posts` }
  }
  const listBaseline: NonNullable<typeof base.readBaseline> = async (_part, context) => {
    readFault(takeFault('readBaseline', context.attempt.key))
    return { ids: (await visible(context)).map((post) => post.id) }
  }
  const makeHandle: NonNullable<typeof base.prepare> = async (_part, context) => {
    readFault(takeFault('prepare', context.attempt.key))
    const saved = context.checkpoint?.handle
    const known = saved === undefined ? undefined : handles.get(saved)
    if (known && known.status === 'unused')
      return { status: 'prepared', uploads: { handle: known.id }, expiresAt: known.expiresAt }
    const handle: Handle = {
      id: nextId('handle'),
      expiresAt: now() + HANDLE_LIFE_MS,
      status: 'unused',
      postId: null,
      readyAt: 0,
    }
    handles.set(handle.id, handle)
    await context.save({ handle: handle.id }, { phase: 'uploading', percent: 100 })
    return { status: 'prepared', uploads: { handle: handle.id }, expiresAt: handle.expiresAt }
  }
  const handleOf = (uploads: ScriptedUploads): Handle => {
    const handle = handles.get(uploads.handle ?? '')
    if (!handle) throw new PlatformError({ code: 'prepare_again', message: 'The container is not known.' })
    return handle
  }

  switch (shape) {
    case 'synchronous':
      return finish({ ...base, readBaseline: listBaseline, findPublished: findInListing })
    case 'idempotency_key':
      return finish({
        ...base,
        idempotentForMs: KEY_LIFE_MS,
        likeness: () => null,
        async publish(part, context) {
          const account = await accountOf(context)
          const fault = takeFault('publish', context.attempt.key)
          const id = underFault(fault, context, () => {
            const known = keys.get(context.attempt.key)
            if (known && known.until > moment()) return known.postId
            const made = createPost(part, context, account)
            keys.set(context.attempt.key, { postId: made, until: moment() + KEY_LIFE_MS })
            return made
          })
          return fault?.kind === 'answer_without_id'
            ? { status: 'published' }
            : { status: 'published', externalId: id, url: urlOf(id) }
        },
      })
    case 'container':
    case 'last_chunk':
      return finish({
        ...base,
        likeness: () => null,
        settledAfterMs: 120_000,
        prepare: makeHandle,
        async publish(part, context) {
          const account = await accountOf(context)
          const fault = takeFault('publish', context.attempt.key)
          const handle = handleOf(part.uploads)
          if (!fault && (handle.status === 'expired' || handle.status === 'failed'))
            throw new PlatformError({ code: 'prepare_again', message: 'The container has expired.' })
          if (shape === 'container' && fault?.kind === 'effect_later' && handle.status === 'unused') {
            // The platform works on it by itself, and its container says so.
            context.markSent({ method: 'POST', path: '/posts' })
            handle.status = 'processing'
            handle.readyAt = now() + fault.afterMs
            pending.set(handle.id, () => createPost(part, context, account))
            throw lost()
          }
          if (handle.status === 'processing') throw lost()
          const id = underFault(fault, context, () => {
            if (handle.status === 'expired' || handle.status === 'failed') return null
            if (handle.postId !== null) return handle.postId
            handle.status = 'used'
            handle.postId = createPost(part, context, account)
            return handle.postId
          })
          if (id === null) throw new PlatformError({ code: 'prepare_again', message: 'The container has expired.' })
          return fault?.kind === 'answer_without_id'
            ? { status: 'published' }
            : { status: 'published', externalId: id, url: urlOf(id) }
        },
        async findPublished(attempt, context) {
          readFault(takeFault('findPublished', context.attempt.key))
          const handle = handles.get(attempt.uploads.handle ?? '')
          if (handle?.status === 'processing')
            return { status: 'processing', handle: handle.id, pollAfterMs: 5_000, looked: 'the container, which works' }
          if (handle?.status === 'failed')
            return {
              status: 'refused',
              reason: { code: 'processing_failed', message: processingRefusal ?? 'It failed.' },
              looked: 'the container, which has failed',
            }
          if (!handle || handle.status === 'expired')
            return { status: 'ended', looked: 'the container, which has expired' }
          if (handle.postId !== null)
            return {
              status: 'found',
              externalId: handle.postId,
              url: urlOf(handle.postId),
              exact: true,
              looked: 'the container',
            }
          return { status: 'unused', looked: 'the container, which is not used' }
        },
      })
    case 'no_id':
      return finish({
        ...base,
        readBaseline: listBaseline,
        async publish(part, context) {
          const account = await accountOf(context)
          const fault = takeFault('publish', context.attempt.key)
          const handle = underFault(fault, context, () => {
            const made: Handle = {
              id: nextId('task'),
              expiresAt: now() + HANDLE_LIFE_MS,
              status: 'processing',
              postId: null,
              readyAt: moment() + processingMs,
            }
            handles.set(made.id, made)
            pending.set(made.id, () => createPost(part, context, account))
            return made.id
          })
          return { status: 'processing', handle, pollAfterMs: 2_000, deadlineMs: 600_000 }
        },
        async readOutcome(handleId, context) {
          readFault(takeFault('readOutcome', context.attempt.key))
          const handle = handles.get(handleId)
          if (!handle || forgotten.has(handleId)) return { status: 'forgotten' }
          if (handle.status === 'failed')
            return {
              status: 'refused',
              reason: { code: 'processing_failed', message: processingRefusal ?? 'It failed.' },
            }
          if (handle.postId !== null)
            return { status: 'published', externalId: handle.postId, url: urlOf(handle.postId) }
          return { status: 'processing', handle: handleId, pollAfterMs: 2_000, deadlineMs: 600_000 }
        },
        findPublished: findInListing,
      })
  }

  function finish(adapter: PlatformAdapter<Record<string, unknown>, ScriptedUploads>): ScriptedPlatform {
    return {
      shape,
      adapter,
      calls,
      setCounters: counters.setCounters,
      webhook: toScriptedWebhook,
      posts: () => {
        settle()
        return posts.filter((post) => post.removedAt === null)
      },
      allPosts: () => {
        settle()
        return [...posts]
      },
      fail: (call, fault, { afterCalls } = { afterCalls: 0 }) =>
        void faults.set(call, [
          ...(faults.get(call) ?? []),
          ...Array.from({ length: afterCalls }, () => undefined),
          fault,
        ]),
      clearFaults: () => {
        faults.clear()
        processingRefusal = null
      },
      forgetHandles: () => {
        for (const id of handles.keys()) forgotten.add(id)
      },
      pendingEffects: () => {
        settle()
        return later.length + pending.size
      },
      setListingLag: (ms) => {
        listingLagMs = ms
      },
      setProcessing: (ms) => {
        processingMs = ms
      },
      failProcessing: (reason) => {
        processingRefusal = reason
      },
      postByHand: ({ accountExternalId, text, parentId }) => {
        const id = nextId('post')
        posts.push({
          id,
          accountExternalId,
          text,
          parentId: parentId ?? null,
          createdAt: now(),
          removedAt: null,
          key: '',
        })
        return id
      },
      takeOff: (id) => {
        const index = posts.findIndex((post) => post.id === id)
        if (index >= 0) posts[index] = { ...(posts[index] as ScriptedPost), removedAt: now() }
      },
    }
  }
}

/** A scripted account's token is its name. */
async function accountOf(context: CallContext): Promise<string> {
  return (await context.accessToken()).reveal()
}
