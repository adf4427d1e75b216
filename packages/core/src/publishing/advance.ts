import type { EngineAnswer } from '../engine/engine.ts'
import type { PublicationId } from '../model/ids.ts'
import type { PublicationRecord } from '../model/publication.ts'
import { attributeNames, instruments, spanNames } from '../telemetry.ts'
import { toAbilities } from './abilities.ts'
import { createAbsentAdapter, lacksAdapter, toAbsentHold } from './absent-adapter.ts'
import { applyMove } from './apply-move.ts'
import { toChange } from './change.ts'
import { AGAIN } from './change-after-step.ts'
import { giveBack } from './give-back.ts'
import { askForOutcome, lookForPart } from './look-for-part.ts'
import { freshLook, nextStep } from './next-step.ts'
import { noteRateWindows } from './note-rate-windows.ts'
import { inSpan, recordSeconds, traceOf } from './observe.ts'
import { hasOpenAttempt } from './part-state.ts'
import { preparePart, removePart } from './prepare-part.ts'
import { publishPart } from './publish-part.ts'
import type { PublicationKey } from './publishing-store.ts'
import { toPublishLimits } from './rate-hold.ts'
import type { Step } from './step.ts'
import { LEASE_MS } from './timing.ts'
import type { Work, WorkDependencies } from './work-context.ts'

/** When to call again: after `waitMs`, null on a change only; or never. */
export type Advanced = EngineAnswer

export interface AdvanceOptions {
  /** Aborts preparations and look-ups; a write that has begun is awaited. */
  readonly signal?: AbortSignal
  /** No write begins whose deadline would lie beyond this many milliseconds. */
  readonly budgetMs?: number
  /** Where it lives, when the caller knows: one transaction less. */
  readonly key?: PublicationKey
  /** `short`: a preparation that takes long is left to another caller. Default `all`. */
  readonly preparations?: 'all' | 'short'
  /** Looks now although the next look is not due: a person is waiting for a fresh one. */
  readonly look?: 'when_due' | 'now'
}

export type Advance = (publicationId: PublicationId, options?: AdvanceOptions) => Promise<Advanced>

const DONE: Advanced = { done: true }
/** There was not enough time left to begin a write; it stays due. */
const NOT_BEGUN_WAIT_MS = 1_000
/** A longer lead says that the preparation brings many bytes. */
const SHORT_LEAD_MS = 45_000
const SPINNING_RECHECK_MS = 60_000
/** More pure moves in a row than any publication needs: a cycle is a bug and must not spin. */
const MOVES_MAX = 64

/** Loads, decides, carries out one step, and says when to come again (S1). Both engines call only this. */
export function createAdvance(dependencies: WorkDependencies): Advance {
  const never = new AbortController().signal
  const limits = toPublishLimits(dependencies.adapters.values())
  return async (publicationId, options = {}) => {
    const key = options.key ?? (await dependencies.store.findKey(publicationId))
    const claim = key && (await dependencies.store.claim(key, { owner: dependencies.owner, leaseMs: LEASE_MS, limits }))
    if (!claim) return DONE
    if ('busyForMs' in claim) return { waitMs: claim.busyForMs }
    const { publication } = claim
    const adapter = dependencies.adapters.get(publication.platform) ?? createAbsentAdapter(publication.platform)
    const { store, note } = noteRateWindows(dependencies.store)
    const work: Work = { claim, publication, adapter, signal: options.signal ?? never, noteRateWindows: note }
    return run({ ...dependencies, store }, work, options)
  }
}

async function run(dependencies: WorkDependencies, first: Work, options: AdvanceOptions): Promise<Advanced> {
  let work = first
  for (let moves = 0; moves < MOVES_MAX; moves += 1) {
    const step = chooseStep(work, options)
    if (lacksAdapter(work.adapter, step)) {
      const hold = toAbsentHold(work.publication, work.claim.now)
      return park(dependencies, work, hold.until, hold)
    }
    if (step.do !== 'move') return observed(dependencies, work, step, options)
    const moved = await applyOne(dependencies, work, step)
    if (!moved) return giveBack(dependencies, work)
    work = { ...work, publication: moved }
  }
  dependencies.log({ level: 'error', message: 'a publication moves without end', publicationId: work.publication.id })
  return park(dependencies, work, SPINNING_RECHECK_MS + work.claim.now, work.publication.hold)
}

function chooseStep(work: Work, options: AdvanceOptions): Step {
  const conditions = { ...work.claim.conditions, abilities: toAbilities(work.adapter) }
  const step = nextStep(work.publication, conditions, work.claim.now)
  if (options.look !== 'now' || step.do !== 'wait') return step
  const asking = work.publication.parts.find((part) => part.state === 'needs_attention' && hasOpenAttempt(part))
  return (asking && freshLook(asking, conditions.abilities)) ?? step
}

async function applyOne(
  dependencies: WorkDependencies,
  work: Work,
  step: Extract<Step, { do: 'move' }>,
): Promise<PublicationRecord | null> {
  const { key, fence } = work.claim
  const input = { move: step.move, abilities: toAbilities(work.adapter) }
  return dependencies.store.change(key, { fence, version: work.publication.version }, (publication, now) =>
    applyMove(publication, now, input),
  )
}

const STEP_SPANS = {
  prepare: spanNames.prepare,
  publish: spanNames.publish,
  ask: spanNames.readOutcome,
  look: spanNames.look,
  remove: spanNames.remove,
} as const

/** A step that talks to the platform is a span below the one of `advance`, in the trace of the post. */
function observed(
  dependencies: WorkDependencies,
  work: Work,
  step: Exclude<Step, { do: 'move' }>,
  options: AdvanceOptions,
): Promise<Advanced> {
  if (step.do === 'wait' || step.do === 'done') return carryOut(dependencies, work, step, options)
  const { publication, claim } = work
  const common = { [attributeNames.publicationId]: publication.id, [attributeNames.platform]: publication.platform }
  const begunAt = dependencies.monotonic()
  const advancing = inSpan(
    spanNames.advance,
    { ...common, [attributeNames.agencyId]: publication.agencyId, [attributeNames.step]: step.do },
    () =>
      inSpan(STEP_SPANS[step.do], { ...common, [attributeNames.partIndex]: step.part }, () =>
        carryOut(dependencies, work, step, options),
      ),
    traceOf(claim.trace),
  )
  return advancing.finally(() => {
    const seconds = (dependencies.monotonic() - begunAt) / 1000
    recordSeconds(instruments.advanceDuration, seconds, {
      [attributeNames.platform]: publication.platform,
      [attributeNames.step]: step.do,
    })
  })
}

async function carryOut(
  dependencies: WorkDependencies,
  work: Work,
  step: Exclude<Step, { do: 'move' }>,
  options: AdvanceOptions,
): Promise<Advanced> {
  switch (step.do) {
    case 'done':
      return finish(dependencies, work)
    case 'wait':
      return park(dependencies, work, step.until, step.hold)
    case 'prepare':
      if (options.preparations === 'short' && work.publication.leadMs > SHORT_LEAD_MS) {
        await giveBack(dependencies, work)
        return { waitMs: 0, preparation: 'long' }
      }
      return preparePart(dependencies, work, step.part)
    case 'publish': {
      const { part: index, from } = step
      const { budgetMs = Number.POSITIVE_INFINITY } = options
      const begun = await publishPart(dependencies, work, { index, from, budgetMs })
      if (begun !== 'not_begun') return begun
      await giveBack(dependencies, work)
      return { waitMs: NOT_BEGUN_WAIT_MS }
    }
    case 'ask':
      return askForOutcome(dependencies, work, step.part, step.handle)
    case 'look':
      return lookForPart(dependencies, work, step.part)
    case 'remove':
      await removePart(dependencies, work, step.part)
      return AGAIN
  }
}

/** Stores why nothing happens and when it goes on; a change that came meanwhile is looked at at once. */
async function park(
  dependencies: WorkDependencies,
  work: Work,
  until: number | null,
  hold: PublicationRecord['hold'],
): Promise<Advanced> {
  const { key, fence, now } = work.claim
  const parked = await dependencies.store.change(
    key,
    { fence, version: work.publication.version, release: fence },
    (publication) => toChange(publication, { ...publication, hold }, { wakeAt: until }),
  )
  if (!parked) return giveBack(dependencies, work)
  return { waitMs: until === null ? null : Math.max(0, until - now) }
}

async function finish(dependencies: WorkDependencies, work: Work): Promise<Advanced> {
  const { key, fence } = work.claim
  const finished = await dependencies.store.change(
    key,
    { fence, version: work.publication.version, release: fence },
    (publication) => toChange(publication, { ...publication, hold: null }, { wakeAt: 'done' }),
  )
  return finished ? DONE : giveBack(dependencies, work)
}
