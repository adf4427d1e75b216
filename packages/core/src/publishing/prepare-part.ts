import type { EngineAnswer } from '../engine/engine.ts'
import type { Preparation } from '../platform/outcome.ts'
import { type Abilities, toAbilities } from './abilities.ts'
import { AGAIN, changeAfterStep } from './change-after-step.ts'
import { toStepFailure } from './error-outcome.ts'
import { giveBack, storeAndRelease } from './give-back.ts'
import { payForWork, toBudgetFailure } from './pay-for-work.ts'
import { findRateHold } from './rate-hold.ts'
import { recordPreparation, recordRemoved, recordStepFailure, type StepFailure } from './record-preparation.ts'
import { LEASE_MARGIN_MS } from './timing.ts'
import {
  accountOf,
  createWorkContext,
  keepLease,
  readRequest,
  type Work,
  type WorkDependencies,
} from './work-context.ts'

const STEP_TIMEOUT_MS = 30_000

/** Brings bytes to the platform for as long as the lease can be renewed; resumes from the checkpoint of the same request (S8). */
export async function preparePart(dependencies: WorkDependencies, work: Work, index: number): Promise<EngineAnswer> {
  const part = work.publication.parts[index]
  if (!part) return AGAIN
  const { claim, adapter, publication } = work
  const { key, fence } = claim
  const known = { fence, version: publication.version }
  const lost = new AbortController()
  const stopLease = keepLease(dependencies, work, lost)
  const { fingerprint } = part
  try {
    const request = await readRequest(dependencies, work, part)
    const failure = request.assets.length > 0 ? findKnownRefusal(work) : undefined
    if (failure) {
      return await changeAfterStep(dependencies, work, known, (current, now) =>
        recordStepFailure(current, now, { part: index, fingerprint, step: 'prepare', failure }),
      )
    }
    const app = await dependencies.access.appFor(accountOf(publication))
    const context = createWorkContext(dependencies, work, {
      app,
      signal: AbortSignal.any([work.signal, lost.signal]),
      refused: part.unauthorized > 0,
      remainingMs: () => Number.POSITIVE_INFINITY,
      checkpoint: part.preparation.fingerprint === fingerprint ? (part.preparation.checkpoint ?? undefined) : undefined,
      save: async (value, progress) => {
        const ours = await dependencies.store.saveCheckpoint(key, {
          fence,
          partIndex: index,
          fingerprint,
          value,
          progress: progress ?? null,
        })
        if (ours) return
        lost.abort(new Error('the lease was lost, or the post was edited'))
        throw new Error('the lease was lost, or the post was edited')
      },
    })
    const preparation = await adapter.prepare?.(request, context)
    if (!preparation) return AGAIN
    return await changeAfterStep(dependencies, work, known, (current, now) => {
      const failure = findShortLife(preparation, now, toAbilities(adapter))
      return failure
        ? recordStepFailure(current, now, { part: index, fingerprint, step: 'prepare', failure })
        : recordPreparation(current, now, { part: index, fingerprint, preparation })
    })
  } catch (error) {
    // The lease may still be ours: an edit takes the request away, not the lease. A process that stops is no failure of the platform either: whoever is next
    // goes on from the checkpoint.
    if (lost.signal.aborted || work.signal.aborted) return await giveBack(dependencies, work)
    return await changeAfterStep(dependencies, work, known, (current, now) =>
      recordStepFailure(current, now, {
        part: index,
        fingerprint,
        step: 'prepare',
        failure: toStepFailure(error, current, current.parts[index] ?? part, now),
      }),
    )
  } finally {
    stopLease()
  }
}

/** Uploads would be refused now; a part without files makes none, so that no window keeps it. */
function findKnownRefusal({ claim }: Work): StepFailure | undefined {
  const hold = findRateHold(claim.conditions.windows, 'prepare', claim.now)
  if (!hold) return undefined
  const reason = { code: hold.reason, message: hold.message }
  return { kind: 'passing', reason, passing: { notBefore: hold.until, hold } }
}

/** Uploads that end before a write with them could are prepared in vain, however often: a failure that says so. */
function findShortLife(
  preparation: Preparation<unknown>,
  now: number,
  { publishTimeoutMs }: Abilities,
): StepFailure | undefined {
  if (preparation.status !== 'prepared' || preparation.expiresAt === undefined) return undefined
  const leftMs = preparation.expiresAt - now
  const neededMs = publishTimeoutMs + LEASE_MARGIN_MS
  if (leftMs > neededMs) return undefined
  const [left, needed] = [leftMs, neededMs].map((ms) => Math.max(0, Math.round(ms / 1000)))
  const message = `The uploads end after ${left} s, and a write may take up to ${needed} s.`
  return { kind: 'failed', reason: { code: 'uploads_too_short', message } }
}

/** Takes one live part off the platform. What is already gone is a success. */
export async function removePart(dependencies: WorkDependencies, work: Work, index: number): Promise<void> {
  const part = work.publication.parts[index]
  if (!part?.externalId) return
  const { externalId } = part
  const stopRemoving = new AbortController()
  const stopTimer = dependencies.after(STEP_TIMEOUT_MS, () => stopRemoving.abort(new Error('removing took too long')))
  try {
    const app = await dependencies.access.appFor(accountOf(work.publication))
    const context = createWorkContext(dependencies, work, {
      app,
      signal: AbortSignal.any([work.signal, stopRemoving.signal]),
      refused: part.unauthorized > 0,
      remainingMs: () => STEP_TIMEOUT_MS,
    })
    const remove = async () => work.adapter.remove?.(externalId, context)
    await payForWork(dependencies, work, { uses: work.adapter.meters?.usesOfRemoval(), call: remove })
    await storeAndRelease(dependencies, work, (publication) => recordRemoved(publication, { part: index, by: 'us' }))
  } catch (error) {
    if (work.signal.aborted) {
      await giveBack(dependencies, work)
      return
    }
    await storeAndRelease(dependencies, work, (current, now) =>
      recordStepFailure(current, now, {
        part: index,
        fingerprint: part.fingerprint,
        step: 'other',
        failure: toBudgetFailure(error) ?? toStepFailure(error, current, current.parts[index] ?? part, now),
      }),
    )
  } finally {
    stopTimer()
  }
}
