import type { EngineAnswer } from '../engine/engine.ts'
import type { PublicationRecord } from '../model/publication.ts'
import type { PublishOutcome } from '../platform/outcome.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { attributeNames } from '../telemetry.ts'
import { toAbilities } from './abilities.ts'
import { toBlockHold } from './block-hold.ts'
import { partAt } from './change.ts'
import { changeAfterStep } from './change-after-step.ts'
import { toAttemptOutcome } from './error-outcome.ts'
import type { Ready } from './make-ready.ts'
import { nameFailure } from './name-failure.ts'
import { countOutcome } from './observe.ts'
import type { BegunAttempt } from './publishing-store.ts'
import { type AttemptOutcome, type OutcomeInput, recordOutcome } from './record-outcome.ts'
import { createWorkContext, type Work, type WorkDependencies } from './work-context.ts'

/** Adapters that have been seen to speak through `core/http`, which tells when the first byte leaves. */
const speakThroughCoreHttp = new WeakSet<PlatformAdapter>()

export function noteCoreHttp(adapter: PlatformAdapter): void {
  speakThroughCoreHttp.add(adapter)
}

const STORE_RESULT_TRIES = 5

/** An attempt whose row S2 has written. */
export interface Sending {
  readonly partIndex: number
  readonly ready: Ready
  readonly begun: Pick<BegunAttempt, 'attemptId' | 'number'> & { readonly key: string }
  readonly remainingMs: () => number
}

/** The one write of an attempt, and what became of it. */
export async function sendAttempt(
  dependencies: WorkDependencies,
  work: Work,
  { partIndex, ready, begun, remainingMs }: Sending,
): Promise<EngineAnswer> {
  const { adapter } = work
  let sent: { readonly method: string; readonly path: string } | undefined
  const controller = new AbortController()
  const stopTimer = dependencies.after(Math.max(0, remainingMs()), () =>
    controller.abort(new Error('the deadline of the write is over')),
  )
  const context = createWorkContext(dependencies, work, {
    app: ready.app,
    token: ready.token,
    attempt: { id: begun.attemptId, key: begun.key, number: begun.number },
    signal: controller.signal,
    remainingMs,
    markSent: (request) => {
      noteCoreHttp(adapter)
      sent = request
    },
  })
  const record = (judge: Judge): Promise<EngineAnswer> =>
    storeResult(dependencies, work, {
      part: partIndex,
      attemptId: begun.attemptId,
      request: sent ? `${sent.method} ${sent.path}` : null,
      abilities: toAbilities(adapter),
      judge,
    })
  const judgeError = (error: unknown): Judge => {
    const maySent = sent !== undefined || !speakThroughCoreHttp.has(adapter)
    return (publication, now) => ({
      ...toAttemptOutcome(error, { maySent, publication, part: partAt(publication, partIndex), now }),
      error: nameFailure(error),
    })
  }
  try {
    if (remainingMs() <= 0) {
      return await record(notSentInTime)
    }
    const call = adapter.publish(ready.prepared, context)
    const outcome = await withDeadline(call, controller.signal)
    if (outcome === 'hanging') {
      const answer = await record(hanging)
      // Truth that comes late is still stored; a failure to store it is in the log already.
      call
        .then(
          (result) => record(() => fromOutcome(result)),
          (error: unknown) => record(judgeError(error)),
        )
        .catch(() => undefined)
      return answer
    }
    return await record('error' in outcome ? judgeError(outcome.error) : () => fromOutcome(outcome.result))
  } finally {
    stopTimer()
  }
}

/** Makes an outcome of what the caller saw, in the transaction that stores it. */
type Judge = (publication: PublicationRecord, now: number) => AttemptOutcome

const hanging: Judge = () => ({
  kind: 'unknown',
  reason: {
    code: 'outcome_unknown',
    message: 'The write did not end by its deadline.',
  },
  error: 'deadline',
})

const notSentInTime: Judge = () => ({
  kind: 'not_sent',
  reason: { code: 'not_sent', message: 'The lease was over before the first byte; nothing was sent.' },
  passing: { notBefore: null, hold: null },
})

type Settled = { readonly result: PublishOutcome; readonly error?: undefined } | { readonly error: unknown }

/** The call's end, or `hanging` when it ignores its signal for a moment longer than it may. */
async function withDeadline(call: Promise<PublishOutcome>, signal: AbortSignal): Promise<Settled | 'hanging'> {
  const settled: Promise<Settled> = call.then(
    (result) => ({ result }),
    (error: unknown) => ({ error }),
  )
  const abandoned = new Promise<'hanging'>((resolve) => {
    // A call that obeys its signal settles within the next turns of the event loop.
    signal.addEventListener('abort', () => setImmediate(() => setImmediate(() => resolve('hanging'))), { once: true })
  })
  return Promise.race([settled, abandoned])
}

function fromOutcome(outcome: PublishOutcome): AttemptOutcome {
  if (outcome.status === 'published') {
    const { status: kind, block, ...ids } = outcome
    return { kind, ...ids, ...(block && { block: toBlockHold(block, block.message) }) }
  }
  const { status, ...rest } = outcome
  return { kind: status, ...rest } as AttemptOutcome
}

/** Truth beats fence: stored by attempt id, tried again while the database is away; what is never stored is looked up later. */
async function storeResult(
  dependencies: WorkDependencies,
  work: Work,
  { judge, ...input }: Omit<OutcomeInput, 'outcome'> & { readonly judge: Judge },
): Promise<EngineAnswer> {
  // S2 has raised it by one.
  const version = work.publication.version + 1
  for (let tries = 1; ; tries += 1) {
    try {
      let kind: AttemptOutcome['kind'] | undefined
      const answer = await changeAfterStep(dependencies, work, { version }, (publication, now) => {
        const outcome = judge(publication, now)
        kind = outcome.kind
        return recordOutcome(publication, now, { ...input, outcome })
      })
      if (kind) countOutcome({ [attributeNames.platform]: work.publication.platform, [attributeNames.outcome]: kind })
      return answer
    } catch (error) {
      dependencies.log({
        level: 'error',
        message: 'the result of an attempt could not be stored',
        publicationId: work.publication.id,
        tries,
        error: String(error),
      })
      if (tries >= STORE_RESULT_TRIES) throw error
      await new Promise<void>((resolve) => dependencies.after(200 * 2 ** tries, resolve))
    }
  }
}
