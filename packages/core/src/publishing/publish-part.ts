import type { EngineAnswer } from '../engine/engine.ts'
import type { AttemptRecord, PartRecord } from '../model/publication.ts'
import type { PreparedPart } from '../platform/part-request.ts'
import type { SpendingRecord } from '../spending/spending-record.ts'
import { attributeNames, instruments } from '../telemetry.ts'
import { toAbilities } from './abilities.ts'
import { toChange } from './change.ts'
import { AGAIN } from './change-after-step.ts'
import { fingerprintOf } from './fingerprint.ts'
import { storeAndRelease } from './give-back.ts'
import { makeReady, type Ready, readStoredFacts } from './make-ready.ts'
import { noteAttempt, recordSeconds } from './observe.ts'
import { isBlocking } from './part-state.ts'
import { toPublishLimits } from './rate-hold.ts'
import { recordStepFailure } from './record-preparation.ts'
import { type Sending, sendAttempt } from './send-attempt.ts'
import type { Work, WorkDependencies } from './work-context.ts'

const S2_REFUSED_RETRY_MS = 1_000
const SHORTEST_DEADLINE_MS = 5_000

/** Which part is written, out of which state, and what a tick or a shutdown leaves of time: the call's deadline lies within it. */
export interface PartToPublish {
  readonly index: number
  readonly from: 'waiting' | 'unknown'
  readonly budgetMs: number
}

/** S2 and the one write of an attempt (S2, S3; rules 6 to 8). Answers when to come again, or that there is not enough time left to begin. */
export async function publishPart(
  dependencies: WorkDependencies,
  work: Work,
  { index, from, budgetMs }: PartToPublish,
): Promise<EngineAnswer | 'not_begun'> {
  const { publishTimeoutMs } = toAbilities(work.adapter)
  const startedAt = dependencies.monotonic()
  /** What is left for the write itself: getting ready takes its share. */
  const readDeadlineMs = (): number => Math.min(publishTimeoutMs, budgetMs - (dependencies.monotonic() - startedAt))
  const shortestMs = Math.min(publishTimeoutMs, SHORTEST_DEADLINE_MS)
  if (readDeadlineMs() < shortestMs) return 'not_begun'
  const part = work.publication.parts[index]
  if (!part) return AGAIN
  const repeated = from === 'unknown' ? part.attempts.findLast(isBlocking) : undefined
  const ready = await makeReady(dependencies, work, { part, repeated })
  if (!ready) return AGAIN
  const attemptId = dependencies.createAttemptId()
  // A repetition reserves nothing: the attempt that it repeats pays for the one post that both can make.
  const spending =
    from === 'unknown' ? null : await reserveAttempt(dependencies, work, { part, request: ready.prepared, attemptId })
  if (spending === 'held') return AGAIN
  const deadlineMs = readDeadlineMs()
  // Time ran out or a shutdown began meanwhile: nothing has been sent, so nothing begins.
  if (work.signal.aborted || deadlineMs < shortestMs) {
    await unbegun(dependencies, work, spending)
    return 'not_begun'
  }
  const begunAt = dependencies.monotonic()
  const begun = await begin(dependencies, work, { part, from, repeated, ready, attemptId, spending, deadlineMs })
  if (!begun) {
    await unbegun(dependencies, work, spending)
    return AGAIN
  }
  noteAttempt({ id: begun.attemptId, number: begun.number })
  const delaySeconds = Math.max(0, work.claim.now - work.publication.dueAt) / 1000
  if (part.attempts.length === 0)
    recordSeconds(instruments.publishStartDelay, delaySeconds, { [attributeNames.platform]: work.publication.platform })
  const remainingMs = (): number => deadlineMs - (dependencies.monotonic() - begunAt)
  return sendAttempt(dependencies, work, { partIndex: index, ready, begun, remainingMs })
}

interface Cost {
  readonly part: PartRecord
  readonly request: PreparedPart
  readonly attemptId: AttemptRecord['id']
}

/** Before S2, and nothing but S2 after it. */
async function reserveAttempt(
  dependencies: WorkDependencies,
  work: Work,
  { part, request, attemptId }: Cost,
): Promise<SpendingRecord | null | 'held'> {
  const { meters } = work.adapter
  if (!dependencies.spending || !meters) return null
  const facts = await readStoredFacts(dependencies, work)
  const { publication } = work
  const { now } = work.claim
  const cost = { publication, partId: part.id, attemptId, meters, request, facts, now }
  const reserved = await dependencies.spending.reserve(cost)
  if (reserved.status !== 'held') return reserved.status === 'reserved' ? reserved.record : null
  const { hold, notBefore } = reserved
  const reason = { code: hold.reason, message: hold.message }
  await storeAndRelease(dependencies, work, (current, at) =>
    recordStepFailure(current, at, {
      part: part.index,
      fingerprint: part.fingerprint,
      step: 'other',
      failure: { kind: 'passing', reason, passing: { notBefore, hold } },
    }),
  )
  return 'held'
}

interface Beginning {
  readonly part: PartRecord
  readonly from: PartToPublish['from']
  readonly repeated: AttemptRecord | undefined
  readonly ready: Ready
  readonly attemptId: AttemptRecord['id']
  readonly spending: SpendingRecord | null
  readonly deadlineMs: number
}

/** S2. When the answer of its commit is lost, the row is read again under lock (rule 7). */
async function begin(
  dependencies: WorkDependencies,
  work: Work,
  { part, from, repeated, ready, attemptId, spending, deadlineMs }: Beginning,
): Promise<Sending['begun'] | null> {
  const { publication, claim } = work
  const key = fingerprintOf({ part: part.id, revision: publication.revision })
  const fingerprint = fingerprintOf({ part: part.fingerprint, parent: ready.prepared.parent?.externalId ?? null })
  const attempt = {
    id: attemptId,
    key,
    fingerprint,
    baseline: ready.baseline,
    handle: repeated?.handle ?? null,
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
    const ours = await dependencies.store.ownsAttempt(claim.key, { fence: claim.fence, attemptId })
    return ours ? { attemptId, number: part.attempts.length + 1, key } : null
  }
}

/**
 * Nothing was sent: a guard of S2 spoke, or there was no time. Looked at again in a moment; `nextStep` then names the reason. What was reserved is given
 * back only once our fence was seen to be the last: a reservation follows from the row's version, and this raises it. Another worker's is left to it.
 */
async function unbegun(dependencies: WorkDependencies, work: Work, spending: SpendingRecord | null): Promise<void> {
  const ours = await storeAndRelease(dependencies, work, (publication, now) =>
    toChange(publication, publication, { wakeAt: now + S2_REFUSED_RETRY_MS }),
  )
  if (ours && spending) await dependencies.spending?.release(spending)
}
