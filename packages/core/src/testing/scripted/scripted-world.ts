import type { CallContext } from '../../platform/call-context.ts'
import type { PreparedPart } from '../../platform/part-request.ts'
import { PlatformError } from '../../platform/platform-error.ts'
import type { RateWindow } from '../../platform/rate-window.ts'
import type { ScriptedCall, ScriptedFault, ScriptedPost } from './scripted-platform.ts'

/** What a platform gave out before a post exists: a container, an upload, a task. */
export interface ScriptedHandle {
  readonly id: string
  readonly expiresAt: number
  status: 'unused' | 'used' | 'processing' | 'failed' | 'expired'
  postId: string | null
  readyAt: number
}

const HANDLE_LIFE_MS = 3_600_000
/** How long a repeated key is known. */
export const KEY_LIFE_MS = 3_600_000

/** What happened behind the scripted adapter: posts, handles, effects that come later, and the faults that are still to be played. */
export class ScriptedWorld {
  readonly now: () => number
  readonly calls: { call: ScriptedCall; key: string; at: number }[] = []
  readonly handles = new Map<string, ScriptedHandle>()
  /** Handles for which the platform no longer answers. */
  readonly forgotten = new Set<string>()
  listingLagMs = 0
  /** What every answer says about limits. */
  rateWindows: readonly RateWindow[] = []
  processingMs = 1_000
  /** Why the platform refuses what is processing; null: it does not. */
  processingRefusal: string | null = null
  readonly #posts: ScriptedPost[] = []
  readonly #faults = new Map<ScriptedCall, (ScriptedFault | undefined)[]>()
  readonly #keys = new Map<string, { readonly postId: string; readonly until: number }>()
  readonly #later: { readonly at: number; readonly run: () => void }[] = []
  readonly #pending = new Map<string, () => string>()
  #count = 0
  /** When an effect happens: at its own time, also when nobody asked until then. */
  #happensAt: number | null = null

  constructor(now: () => number) {
    this.now = now
  }

  get posts(): readonly ScriptedPost[] {
    return this.#posts
  }

  /** Lets everything happen whose time has come. */
  settle(): void {
    for (const effect of this.#later.splice(0).sort((a, b) => a.at - b.at)) {
      if (effect.at > this.now()) this.#later.push(effect)
      else this.#at(effect.at, effect.run)
    }
    for (const handle of this.handles.values()) {
      if (handle.status === 'unused' && handle.expiresAt <= this.now()) handle.status = 'expired'
      if (handle.status === 'processing' && handle.readyAt <= this.now()) this.#finish(handle)
    }
  }

  pendingEffects(): number {
    this.settle()
    return this.#later.length + this.#pending.size
  }

  createPost(part: PreparedPart, context: CallContext, accountExternalId: string): string {
    const parentId = part.parent?.externalId ?? null
    return this.addPost({ accountExternalId, text: part.text, parentId, key: context.attempt.key })
  }

  addPost(post: Pick<ScriptedPost, 'accountExternalId' | 'text' | 'parentId' | 'key'>): string {
    const id = this.#nextId('post')
    this.#posts.push({ ...post, id, createdAt: this.#happensAt ?? this.now(), removedAt: null })
    return id
  }

  takeOff(id: string): void {
    const index = this.#posts.findIndex((post) => post.id === id && post.removedAt === null)
    const post = this.#posts[index]
    if (post) this.#posts[index] = { ...post, removedAt: this.now() }
  }

  /** What `accountExternalId` sees in its listing, later than it is live. */
  listPosts(accountExternalId: string): readonly ScriptedPost[] {
    return this.#posts.filter(
      (post) =>
        post.removedAt === null &&
        post.accountExternalId === accountExternalId &&
        post.createdAt + this.listingLagMs <= this.now(),
    )
  }

  addUnusedHandle(): ScriptedHandle {
    return this.#addHandle('handle', 'unused', 0)
  }

  /** A handle that makes its post by itself. */
  addWorkingHandle(createPost: () => string): ScriptedHandle {
    const handle = this.#addHandle('task', 'processing', (this.#happensAt ?? this.now()) + this.processingMs)
    this.#pending.set(handle.id, createPost)
    return handle
  }

  /** The platform goes on with a handle by itself, after its caller has lost it. */
  workOn(handle: ScriptedHandle, afterMs: number, createPost: () => string): void {
    handle.status = 'processing'
    handle.readyAt = this.now() + afterMs
    this.#pending.set(handle.id, createPost)
  }

  /** One post for one key, as long as the key lives. */
  createOnce(key: string, createPost: () => string): string {
    const at = this.#happensAt ?? this.now()
    const known = this.#keys.get(key)
    if (known && known.until > at) return known.postId
    const postId = createPost()
    this.#keys.set(key, { postId, until: at + KEY_LIFE_MS })
    return postId
  }

  fail(call: ScriptedCall, fault: ScriptedFault, afterCalls: number): void {
    const queued = this.#faults.get(call) ?? []
    this.#faults.set(call, [...queued, ...Array.from({ length: afterCalls }, () => undefined), fault])
  }

  clearFaults(): void {
    this.#faults.clear()
    this.processingRefusal = null
  }

  takeFault(call: ScriptedCall, context: CallContext): ScriptedFault | undefined {
    this.settle()
    this.calls.push({ call, key: context.attempt.key, at: this.now() })
    context.noteRateWindows(this.rateWindows)
    return this.#faults.get(call)?.shift()
  }

  /** A call that reads: every fault of it is an answer that tells nothing. */
  read(call: ScriptedCall, context: CallContext): void {
    const fault = this.takeFault(call, context)
    if (fault?.kind === 'refuse') throw refusal(fault.code)
    if (fault) throw new PlatformError({ code: 'bad_response', message: 'The platform did not answer.' })
  }

  /** Runs an effect under a fault: the answer is lost, refused, or what the effect made. */
  write<Result>(fault: ScriptedFault | undefined, context: CallContext, effect: () => Result): Result {
    if (fault?.kind === 'refuse') throw refusal(fault.code)
    if (fault?.kind === 'not_sent') throw new PlatformError({ code: 'not_accepted', message: 'Nothing was sent.' })
    if (context.remainingMs() <= 0) throw new PlatformError({ code: 'not_accepted', message: 'Too late to send.' })
    context.markSent({ method: 'POST', path: '/posts' })
    switch (fault?.kind) {
      case 'accept_then_lose':
        effect()
        throw lostAnswer()
      case 'lose_before':
        throw lostAnswer()
      case 'effect_later':
        this.#later.push({ at: this.now() + fault.afterMs, run: () => void effect() })
        throw lostAnswer()
      case 'crash':
        if (fault.effect === 'after') effect()
        throw new TypeError('undefined is not a function')
      default:
        return effect()
    }
  }

  #nextId(kind: string): string {
    this.#count += 1
    return `${kind}${this.#count}`
  }

  #addHandle(kind: string, status: ScriptedHandle['status'], readyAt: number): ScriptedHandle {
    const handle = { id: this.#nextId(kind), expiresAt: this.now() + HANDLE_LIFE_MS, status, postId: null, readyAt }
    this.handles.set(handle.id, handle)
    return handle
  }

  #finish(handle: ScriptedHandle): void {
    const isRefused = this.processingRefusal !== null
    handle.status = isRefused ? 'failed' : 'used'
    if (!isRefused && handle.postId === null)
      this.#at(handle.readyAt, () => {
        handle.postId = this.#pending.get(handle.id)?.() ?? null
      })
    this.#pending.delete(handle.id)
  }

  #at(happensAt: number, effect: () => void): void {
    this.#happensAt = happensAt
    effect()
    this.#happensAt = null
  }
}

export const lostAnswer = (): PlatformError =>
  new PlatformError({ code: 'outcome_unknown', message: 'The connection was closed before the answer came.' })

export function refusal(code: PlatformError['code']): PlatformError {
  const message = `The platform answered ${code}.`
  return new PlatformError({ code, message, ...(code === 'rate_limited' ? { retryAfterMs: 60_000 } : {}) })
}
