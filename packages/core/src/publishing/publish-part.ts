import type { EngineAnswer } from '../engine/engine.ts'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { AppCredentials, CallContext } from '../platform/call-context.ts'
import type { PublishOutcome } from '../platform/outcome.ts'
import type { PreparedPart } from '../platform/part-request.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { Secret } from '../platform/secret.ts'
import type { SpendingRecord } from '../spending/spending-record.ts'
import { attributeNames, instruments } from '../telemetry.ts'
import { type Abilities, toAbilities } from './abilities.ts'
import { toBlockHold } from './block-hold.ts'
import { partAt, toChange } from './change.ts'
import { AGAIN, changeAfterStep } from './change-after-step.ts'
import { toAttemptOutcome, toStepFailure } from './error-outcome.ts'
import { fingerprintOf } from './fingerprint.ts'
import { giveBack } from './give-back.ts'
import { nameFailure } from './name-failure.ts'
import { countOutcome, noteAttempt, recordSeconds } from './observe.ts'
import { isBlocking } from './part-state.ts'
import { payForWork, toBudgetFailure } from './pay-for-work.ts'
import type { BegunAttempt } from './publishing-store.ts'
import { toPublishLimits } from './rate-hold.ts'
import { type AttemptOutcome, type OutcomeInput, recordOutcome } from './record-outcome.ts'
import { recordProblems, recordStepFailure } from './record-preparation.ts'
import { refreshFacts } from './refresh-facts.ts'
import {
  accountOf,
  createWorkContext,
  parentOf,
  readRequest,
  type Work,
  type WorkDependencies,
} from './work-context.ts'

/** Adapters that have been seen to speak through `core/http`, which tells when the first byte leaves. */
const speakThroughCoreHttp = new WeakSet<PlatformAdapter>()

const TOKEN_MARGIN_MS = 60_000
const S2_REFUSED_RETRY_MS = 1_000
const STORE_RESULT_TRIES = 5
const SHORTEST_DEADLINE_MS = 5_000

interface Ready {
  readonly prepared: PreparedPart
  readonly app: AppCredentials
  readonly token: Secret
  readonly baseline: unknown
}

/**
 * S2 and the one write of an attempt (S2, S3; rules 6 to 8). `budgetMs`: what a tick or a shutdown leaves; the call's deadline lies within it.
 * Answers when to come again, or that there is not enough time left to begin.
 */
export async function publishPart(
  dependencies: WorkDependencies,
  work: Work,
  index: number,
  from: 'waiting' | 'unknown',
  budgetMs: number,
): Promise<EngineAnswer | 'not_begun'> {
  const abilities = toAbilities(work.adapter)
  const startedAt = dependencies.monotonic()
  /** What is left for the write itself: getting ready takes its share. */
  const readDeadlineMs = (): number =>
    Math.min(abilities.publishTimeoutMs, budgetMs - (dependencies.monotonic() - startedAt))
  const shortestMs = Math.min(abilities.publishTimeoutMs, SHORTEST_DEADLINE_MS)
  if (readDeadlineMs() < shortestMs) return 'not_begun'
  const part = work.publication.parts[index]
  if (!part) return AGAIN
  const ready = await makeReady(dependencies, work, part, from)
  if (!ready) return AGAIN
  const attemptId = dependencies.createAttemptId()
  const reserved = await reserveAttempt(dependencies, work, part, from, ready.prepared, attemptId)
  if (reserved === 'held') return AGAIN
  const deadlineMs = readDeadlineMs()
  // Time ran out or a shutdown began meanwhile: nothing has been sent, so nothing begins.
  if (work.signal.aborted || deadlineMs < shortestMs) {
    await unbegun(dependencies, work, reserved)
    return 'not_begun'
  }
  const begunAt = dependencies.monotonic()
  const begun = await begin(dependencies, work, part, from, ready, attemptId, reserved, deadlineMs)
  if (!begun) {
    await unbegun(dependencies, work, reserved)
    return AGAIN
  }
  noteAttempt({ id: begun.attemptId, number: begun.number })
  const delaySeconds = Math.max(0, work.claim.now - work.publication.dueAt) / 1000
  if (part.attempts.length === 0)
    recordSeconds(instruments.publishStartDelay, delaySeconds, { [attributeNames.platform]: work.publication.platform })
  const remainingMs = (): number => deadlineMs - (dependencies.monotonic() - begunAt)
  return send(dependencies, work, part, ready, begun, remainingMs, abilities)
}

/** Everything that may fail or take time without consequences: facts, token, baseline. Undefined: stored as a failed step. */
async function makeReady(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  from: 'waiting' | 'unknown',
): Promise<Ready | undefined> {
  try {
    const { publication, adapter } = work
    const request = await readRequest(dependencies, work, part)
    const app = await dependencies.access.appFor(accountOf(publication))
    const parent = parentOf(publication, part)
    const previous = part.attempts.findLast(isBlocking)
    const uploads = from === 'unknown' && previous ? previous.uploads : part.preparation.uploads
    const prepared: PreparedPart = { ...request, uploads, ...(parent ? { parent } : {}) }
    const token = await dependencies.access.accessToken(accountOf(publication), {
      forMs: (adapter.publishTimeoutMs ?? 0) + TOKEN_MARGIN_MS,
      force: part.unauthorized > 0 ? 'refused' : 'no',
      signal: work.signal,
    })
    const context = createWorkContext(dependencies, work, {
      app,
      token,
      signal: work.signal,
      remainingMs: () => TOKEN_MARGIN_MS,
      markSent: () => speakThroughCoreHttp.add(adapter),
    })
    const problems = from === 'waiting' ? await refreshFacts(dependencies, work, context) : undefined
    if (problems) {
      await change(dependencies, work, (publicationNow) =>
        recordProblems(publicationNow, {
          part: problems.part.index,
          fingerprint: problems.part.fingerprint,
          reason: problems.reason,
        }),
      )
      return undefined
    }
    const baseline = from === 'unknown' ? previous?.baseline : await readBaseline(dependencies, work, prepared, context)
    return { prepared, app, token, baseline: baseline ?? null }
  } catch (error) {
    if (work.signal.aborted) {
      await giveBack(dependencies, work)
      return undefined
    }
    await change(dependencies, work, (publication, now) =>
      recordStepFailure(publication, now, {
        part: part.index,
        fingerprint: part.fingerprint,
        step: 'other',
        failure:
          toBudgetFailure(error) ?? toStepFailure(error, publication, publication.parts[part.index] ?? part, now),
      }),
    )
    return undefined
  }
}

async function readBaseline(
  dependencies: WorkDependencies,
  work: Work,
  prepared: PreparedPart,
  context: CallContext,
): Promise<unknown> {
  const { adapter } = work
  if (!adapter.readBaseline) return undefined
  const read = async () => adapter.readBaseline?.(prepared, context)
  const uses = adapter.meters?.usesOfBaseline?.()
  if (!uses) return read()
  // A read before a post that then has to wait would be paid for again each time it is tried.
  const post = adapter.meters?.usesOfPart(prepared, await readStoredFacts(dependencies, work))
  return payForWork(dependencies, work, uses, read, post && [...post.publish, ...post.lookUps])
}

async function readStoredFacts({ store }: WorkDependencies, { adapter, claim }: Work) {
  return adapter.readFacts ? store.readFacts(claim.key) : undefined
}

/** Before S2, and nothing but S2 after it. A repetition reserves nothing: the attempt that it repeats pays for the one post that both can make. */
async function reserveAttempt(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  from: 'waiting' | 'unknown',
  request: PreparedPart,
  attemptId: AttemptRecord['id'],
): Promise<SpendingRecord | null | 'held'> {
  const { meters } = work.adapter
  if (!dependencies.spending || !meters || from === 'unknown') return null
  const facts = await readStoredFacts(dependencies, work)
  const { publication } = work
  const { now } = work.claim
  const cost = { publication, partId: part.id, attemptId, meters, request, facts, now }
  const reserved = await dependencies.spending.reserve(cost)
  if (reserved.status !== 'held') return reserved.status === 'reserved' ? reserved.record : null
  const { hold, notBefore } = reserved
  const reason = { code: hold.reason, message: hold.message }
  await change(dependencies, work, (current, at) =>
    recordStepFailure(current, at, {
      part: part.index,
      fingerprint: part.fingerprint,
      step: 'other',
      failure: { kind: 'passing', reason, passing: { notBefore, hold } },
    }),
  )
  return 'held'
}

/** S2. When the answer of its commit is lost, the row is read again under lock (rule 7). */
async function begin(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  from: 'waiting' | 'unknown',
  ready: Ready,
  attemptId: AttemptRecord['id'],
  spending: SpendingRecord | null,
  deadlineMs: number,
): Promise<(Pick<BegunAttempt, 'attemptId' | 'number'> & { readonly key: string }) | null> {
  const { publication, claim } = work
  const previous = part.attempts.findLast(isBlocking)
  const key = fingerprintOf({ part: part.id, revision: publication.revision })
  const fingerprint = fingerprintOf({ part: part.fingerprint, parent: ready.prepared.parent?.externalId ?? null })
  const attempt = {
    id: attemptId,
    key,
    fingerprint,
    baseline: ready.baseline,
    handle: from === 'unknown' ? (previous?.handle ?? null) : null,
    spending,
  }
  try {
    const begun = await dependencies.store.beginAttempt({
      key: claim.key,
      fence: claim.fence,
      version: publication.version,
      revision: publication.revision,
      partIndex: part.index,
      from,
      attempt,
      limits: toPublishLimits([work.adapter]),
      deadlineMs,
    })
    return begun ? { ...begun, key } : null
  } catch (error) {
    dependencies.log({
      level: 'warn',
      message: 'the answer of S2 was lost',
      publicationId: publication.id,
      error: String(error),
    })
    const ours = await dependencies.store.ownsAttempt(claim.key, claim.fence, attemptId)
    return ours ? { attemptId, number: part.attempts.length + 1, key } : null
  }
}

async function send(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  ready: Ready,
  begun: Pick<BegunAttempt, 'attemptId' | 'number'> & { readonly key: string },
  remainingMs: () => number,
  abilities: Abilities,
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
      speakThroughCoreHttp.add(adapter)
      sent = request
    },
  })
  const record = (judge: Judge): Promise<EngineAnswer> =>
    storeResult(
      dependencies,
      work,
      { part: part.index, attemptId: begun.attemptId, request: sent ? `${sent.method} ${sent.path}` : null, abilities },
      judge,
    )
  const judgeError = (error: unknown): Judge => {
    const maySent = sent !== undefined || !speakThroughCoreHttp.has(adapter)
    return (publication, now) => ({
      ...toAttemptOutcome(error, maySent, publication, partAt(publication, part.index), now),
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
  input: Omit<OutcomeInput, 'outcome'>,
  judge: Judge,
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

function change(
  dependencies: WorkDependencies,
  work: Work,
  transition: Parameters<WorkDependencies['store']['change']>[2],
): Promise<unknown> {
  const { key, fence } = work.claim
  return dependencies.store.change(key, { fence, release: fence }, transition)
}

/**
 * Nothing was sent: a guard of S2 spoke, or there was no time. Looked at again in a moment; `nextStep` then names the reason. What was reserved is given
 * back only once our fence was seen to be the last: a reservation follows from the row's version, and this raises it. Another worker's is left to it.
 */
async function unbegun(dependencies: WorkDependencies, work: Work, reserved: SpendingRecord | null): Promise<void> {
  const ours = await change(dependencies, work, (publication, now) =>
    toChange(publication, publication, { wakeAt: now + S2_REFUSED_RETRY_MS }),
  )
  if (ours && reserved) await dependencies.spending?.release(reserved)
}
