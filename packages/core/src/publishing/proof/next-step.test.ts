import { expect, test } from 'vitest'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../../model/publication.ts'
import type { Abilities } from '../abilities.ts'
import { applyMove } from '../apply-move.ts'
import { nextStep } from '../next-step.ts'
import { stateFromAttempts, stateFromParts } from '../part-state.ts'
import type { StepConditions } from '../step.ts'
import {
  CONDITIONS,
  CONTAINER,
  HOUR_MS,
  KEYED,
  LISTING,
  NOW,
  PROCESSING,
  prepared,
  sampleAttempt,
  samplePart,
  samplePublication,
} from './sample-records.ts'

const CASES = 100_000
const MOVES_MAX = 20

/** Numbers that look random and are the same in every run. */
function createDraw(seed: number) {
  let state = seed
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const pick = <Item>(items: readonly Item[]): Item => items[next(items.length)] as Item
  return {
    next,
    pick,
    moment: (): number => NOW + pick([-9 * 24, -25, -2, -1, 0, 1, 2, 7]) * HOUR_MS + next(120_000) - 60_000,
  }
}
type Draw = ReturnType<typeof createDraw>

function drawAttempt(draw: Draw, number: number): AttemptRecord {
  const outcome = draw.pick(['open', 'processing', 'unknown', 'closed', 'closed', 'closed'] as const)
  const startedAt = draw.moment()
  return sampleAttempt({
    number,
    startedAt,
    leaseUntil: startedAt + 60_000,
    endedAt: outcome === 'open' ? null : startedAt + draw.next(60_000),
    outcome,
    verdict:
      outcome === 'closed' ? draw.pick(['published', 'delivered', 'refused', 'not_sent', 'absent'] as const) : null,
    overridden: draw.next(4) === 0,
    handle: outcome === 'processing' ? 'task' : null,
    uploadsExpireAt: draw.pick([null, draw.moment()]),
  })
}

function drawPart(draw: Draw, index: number): PartRecord {
  const attempts = Array.from({ length: draw.pick([0, 0, 1, 1, 2]) }, (_, before) => drawAttempt(draw, before + 1))
  const wasAsking = draw.next(5) === 0
  const part = samplePart({
    index,
    attempts,
    preparation: draw.pick([samplePart().preparation, prepared(draw.moment()), prepared(null)]),
    nextLookAt: draw.pick([null, draw.moment()]),
    unusedAt: draw.pick([null, null, draw.moment()]),
    notBefore: draw.pick([null, null, draw.moment()]),
    parentWaitSince: draw.pick([null, draw.moment()]),
    looks: draw.next(6),
    slowRaised: draw.next(2) === 0,
    state: wasAsking ? 'needs_attention' : draw.pick(['unknown', 'unknown', 'given_up', 'removed'] as const),
  })
  const state = stateFromAttempts(part, 1)
  const processing = attempts.find((attempt) => attempt.outcome === 'processing')
  return {
    ...part,
    state: state === 'waiting' && wasAsking ? 'needs_attention' : state,
    externalId:
      state === 'published' || state === 'removed' ? draw.pick([null, `post-${index}`, `post-${index}`]) : null,
    handle: processing ? 'task' : null,
    handleDeadlineAt: processing ? draw.pick([null, draw.moment()]) : null,
  }
}

function drawPublication(draw: Draw): PublicationRecord {
  const drawn = Array.from({ length: draw.pick([1, 1, 2, 3]) }, (_, index) => drawPart(draw, index))
  // Parts go out in order: what comes after the first that is not out has not begun.
  const first = drawn.findIndex((part) => !['published', 'delivered', 'removed'].includes(part.state))
  const parts = drawn.map((part) => (first >= 0 && part.index > first ? samplePart({ index: part.index }) : part))
  const dueAt = draw.moment()
  const publication = samplePublication({
    parts,
    dueAt,
    latestBy: dueAt + draw.pick([HOUR_MS, 6 * HOUR_MS]),
    approval: draw.pick(['none', 'required'] as const),
    approvedHash: 'hash-1',
    cancelRequestedAt: draw.pick([null, null, null, NOW - 1]),
    removeRequestedAt: draw.pick([null, null, null, NOW - 1]),
  })
  const stored = draw.pick([
    'awaiting_approval',
    'scheduled',
    'preparing',
    'ready',
    'publishing',
    'canceled',
    'missed',
  ] as const)
  return { ...publication, state: stateFromParts(parts, stored) }
}

function drawConditions(draw: Draw): StepConditions {
  const abilities: Abilities = draw.pick([
    LISTING,
    CONTAINER,
    KEYED,
    PROCESSING,
    { ...LISTING, finds: false, removes: false },
    { ...CONTAINER, readsUrl: true },
  ])
  const hold = {
    reason: 'paused',
    scope: 'account',
    message: 'paused',
    until: draw.pick([null, NOW + HOUR_MS]),
  } as const
  return {
    ...CONDITIONS,
    abilities,
    connection: draw.pick(['active', 'active', 'active', 'reconnect', 'none'] as const),
    holds: draw.pick([[], [], [hold]]),
    spacedUntil: draw.pick([0, draw.moment()]),
    lookAlikes: draw.pick([[], [], [samplePart().id]]),
  }
}

/** Null: until changed. Then a person, a switch or the platform's own word must be able to change it. */
function hasWayOn(publication: PublicationRecord, conditions: StepConditions): boolean {
  const ended = ['published', 'delivered', 'incomplete', 'refused', 'given_up', 'missed', 'canceled', 'removed']
  return (
    ended.includes(publication.state) ||
    publication.state === 'needs_attention' ||
    conditions.connection !== 'active' ||
    conditions.holds.length > 0
  )
}

test(`of ${CASES} arbitrary records none is without a way on, and none waits for the past`, () => {
  const draw = createDraw(20_261_125)
  const steps = new Map<string, number>()
  for (let count = 0; count < CASES; count += 1) {
    let publication = drawPublication(draw)
    const conditions = drawConditions(draw)
    let step = nextStep(publication, conditions, NOW)
    for (let moves = 0; step.do === 'move'; moves += 1) {
      if (moves > MOVES_MAX) throw new Error(`moves without end: ${JSON.stringify(publication)}`)
      const change = applyMove(publication, NOW, { move: step.move, abilities: conditions.abilities })
      if (!change) throw new Error(`a move of nextStep is refused: ${JSON.stringify(step.move)}`)
      publication = change.publication
      step = nextStep(publication, conditions, NOW)
    }
    steps.set(step.do, (steps.get(step.do) ?? 0) + 1)
    const stuck = step.do === 'wait' && (step.until === null ? !hasWayOn(publication, conditions) : step.until <= NOW)
    if (stuck) throw new Error(`${JSON.stringify(step)}\n${JSON.stringify({ publication, conditions }, null, 1)}`)
  }
  expect([...steps.keys()].sort()).toEqual(['ask', 'done', 'look', 'prepare', 'publish', 'remove', 'wait'])
}, 60_000)
