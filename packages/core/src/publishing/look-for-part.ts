import type { EngineAnswer } from '../engine/engine.ts'
import type { AttemptRecord, PartRecord } from '../model/publication.ts'
import type { CallContext } from '../platform/call-context.ts'
import type { Evidence, UnknownAttempt } from '../platform/outcome.ts'
import type { PreparedPart } from '../platform/part-request.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import { toAbilities } from './abilities.ts'
import { findBlock, withBlock } from './block-hold.ts'
import { AGAIN, changeAfterStep } from './change-after-step.ts'
import { toReason } from './error-outcome.ts'
import { giveBack } from './give-back.ts'
import { isOpen, lacksUrl } from './part-state.ts'
import { type AskedOutcome, recordAsked } from './record-asked.ts'
import { type Look, recordLook } from './record-look.ts'
import { recordLookFailed } from './record-look-failed.ts'
import { recordUrl } from './record-url.ts'
import {
  accountOf,
  createWorkContext,
  parentOf,
  readRequest,
  type Work,
  type WorkDependencies,
} from './work-context.ts'

const LOOK_TIMEOUT_MS = 30_000
/** Ids that were bound this long before the write are no rivals. */
const RIVALS_SINCE_MS = 7 * 24 * 3_600_000

/** Looks for every open attempt of a part, or for the id or the address of a published one, and stores what was seen. Failing looks never move a part. */
export async function lookForPart(dependencies: WorkDependencies, work: Work, index: number): Promise<EngineAnswer> {
  const part = work.publication.parts[index]
  if (!part) return AGAIN
  const known = toKnown(work)
  const abilities = toAbilities(work.adapter)
  const stopLook = new AbortController()
  const stopTimer = dependencies.after(LOOK_TIMEOUT_MS, () => stopLook.abort(new Error('looking took too long')))
  try {
    const signal = AbortSignal.any([work.signal, stopLook.signal])
    if (lacksUrl(part)) {
      const url = await readUrl(dependencies, work, part, signal)
      return await changeAfterStep(dependencies, work, known, (publication, now) =>
        recordUrl(publication, now, { part: index, url, abilities }),
      )
    }
    const looks = await lookAtAttempts(dependencies, work, part, signal)
    return await changeAfterStep(dependencies, work, known, (publication, now, conditions) =>
      recordLook(publication, now, { part: index, begunAt: work.claim.now, looks, abilities, conditions }),
    )
  } catch (error) {
    return await storeFailure(dependencies, work, index, error)
  } finally {
    stopTimer()
  }
}

async function readUrl(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  signal: AbortSignal,
): Promise<string | undefined> {
  const request = await readRequest(dependencies, work, part)
  const parent = parentOf(work.publication, part)
  const context = await createLookContext(dependencies, work, part, signal)
  const live = { ...request, externalId: part.externalId ?? '', ...(parent ? { parent } : {}) }
  return work.adapter.readUrl?.(live, context)
}

async function lookAtAttempts(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord,
  signal: AbortSignal,
): Promise<readonly Look[]> {
  const { adapter, claim } = work
  const attempts = part.attempts.filter(
    (attempt) => isOpen(attempt) || (attempt.verdict === 'published' && part.externalId === null),
  )
  const request = await readRequest(dependencies, work, part)
  const parent = parentOf(work.publication, part)
  const sent: Omit<PreparedPart, 'uploads'> = { ...request, ...(parent ? { parent } : {}) }
  const context = await createLookContext(dependencies, work, part, signal)
  const since = Math.min(...attempts.map((attempt) => attempt.startedAt)) - RIVALS_SINCE_MS
  const { idsBoundElsewhere } = await dependencies.store.readRivals(claim.key, { partIndex: part.index, since })
  const seen: { readonly attemptId: string; readonly evidence: Evidence }[] = []
  for (const attempt of attempts) {
    const evidence = await adapter.findPublished?.({ ...toUnknownAttempt(sent, attempt), idsBoundElsewhere }, context)
    if (evidence) seen.push({ attemptId: attempt.id, evidence })
  }
  // Read after the look: whatever it showed was begun before, so that its owner is bound or a rival by now.
  const after = await dependencies.store.readRivals(claim.key, { partIndex: part.index, since })
  return seen.map(({ attemptId, evidence }) => ({
    attemptId,
    evidence: unbound(evidence, after.idsBoundElsewhere),
    rivals: after.rivals,
  }))
}

/** What is bound to another part is no evidence, whatever a listing shows. */
function unbound(evidence: Evidence, idsBoundElsewhere: readonly string[]): Evidence {
  if (
    evidence.status !== 'found' ||
    evidence.externalId === undefined ||
    !idsBoundElsewhere.includes(evidence.externalId)
  )
    return evidence
  return { status: 'not_yet', looked: `${evidence.looked ?? 'a post like it'}; it belongs to another publication` }
}

async function createLookContext(
  dependencies: WorkDependencies,
  work: Work,
  part: PartRecord | undefined,
  signal: AbortSignal,
): Promise<CallContext> {
  const app = await dependencies.access.appFor(accountOf(work.publication))
  const refused = (part?.unauthorized ?? 0) > 0
  return createWorkContext(dependencies, work, { app, signal, refused, remainingMs: () => LOOK_TIMEOUT_MS })
}

function toUnknownAttempt(
  sent: Omit<PreparedPart, 'uploads'>,
  attempt: AttemptRecord,
): Omit<UnknownAttempt, 'idsBoundElsewhere'> {
  return {
    number: attempt.number,
    sentAt: attempt.startedAt,
    part: { ...sent, uploads: attempt.uploads },
    uploads: attempt.uploads,
    baseline: attempt.baseline,
    fingerprint: attempt.fingerprint,
    ...(attempt.handle === null ? {} : { handle: attempt.handle }),
  }
}

/** Asks for the outcome of a handle that is processing, and stores it. */
export async function askForOutcome(
  dependencies: WorkDependencies,
  work: Work,
  index: number,
  handle: string,
): Promise<EngineAnswer> {
  const abilities = toAbilities(work.adapter)
  const stopAsking = new AbortController()
  const stopTimer = dependencies.after(LOOK_TIMEOUT_MS, () => stopAsking.abort(new Error('asking took too long')))
  try {
    const signal = AbortSignal.any([work.signal, stopAsking.signal])
    const context = await createLookContext(dependencies, work, work.publication.parts[index], signal)
    const answer = (await work.adapter.readOutcome?.(handle, context)) as AskedOutcome | undefined
    if (!answer) return AGAIN
    return await changeAfterStep(dependencies, work, toKnown(work), (publication, now) =>
      recordAsked(publication, now, { part: index, handle, answer, abilities }),
    )
  } catch (error) {
    return await storeFailure(dependencies, work, index, error)
  } finally {
    stopTimer()
  }
}

const toKnown = ({ claim: { fence }, publication: { version } }: Work) => ({ fence, version })

function storeFailure(
  dependencies: WorkDependencies,
  work: Work,
  index: number,
  error: unknown,
): Promise<EngineAnswer> {
  if (work.signal.aborted) return giveBack(dependencies, work)
  const retryAfterMs = isPlatformError(error) ? error.retryAfterMs : undefined
  return changeAfterStep(dependencies, work, toKnown(work), (publication, now) =>
    withBlock(
      recordLookFailed(publication, now, {
        part: index,
        reason: toReason(error),
        ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      }),
      findBlock(error, now),
    ),
  )
}
