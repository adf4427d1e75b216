import fc from 'fast-check'
import type { PublicationRecord } from '../../model/publication.ts'
import { applyMove } from '../apply-move.ts'
import { nextStep } from '../next-step.ts'
import type { Change } from '../publishing-store.ts'
import type { StepConditions } from '../step.ts'
import { drawAttempts, drawMoment } from './draw-records.ts'
import { partOf } from './drive.ts'
import { createMachine } from './machine.ts'
import { changing, mutate } from './mutation.ts'
import { must, prove } from './rule-proof.ts'
import { CONTAINER, HOUR_MS, inFlight, KEYED, LISTING, NOW, publishing, withAbilities } from './sample-records.ts'

const DAY_MS = 24 * HOUR_MS

const losses = fc.constantFrom(
  { kind: 'lose_before' } as const,
  { kind: 'accept_then_lose' } as const,
  { kind: 'effect_later', afterMs: 20_000 } as const,
)

/** Two posts that a listing cannot tell apart, the second in doubt while a person has the first looked at: what is found belongs to who sent it. */
const ownFinds = (create: typeof createMachine) =>
  fc.asyncProperty(losses, losses, fc.integer({ min: 0, max: 6 * HOUR_MS }), async (first, second, betweenMs) => {
    const machine = create('synchronous')
    const one = machine.add()
    machine.platform.fail('publish', first)
    await machine.runFor(one, HOUR_MS / 2)
    machine.clock.advance(betweenMs)
    const two = machine.add()
    machine.platform.fail('publish', second)
    await machine.settle(two)
    await machine.advance(one, { look: 'now' })
    await machine.runFor(two, HOUR_MS / 2)
    await machine.runFor(one, HOUR_MS / 2)
    for (const id of [one, two]) {
      const { externalId, attempts } = partOf(machine.store.read(id))
      const post = machine.platform.allPosts().find((candidate) => candidate.id === externalId)
      must(externalId === null || attempts.some(({ key }) => key === post?.key), 'it took the post of another')
    }
  })

/** A post that its listing shows late is found without a person, however late within a week. */
const lateEvidence = (create: typeof createMachine) =>
  fc.asyncProperty(
    fc.integer({ min: 600_000, max: 6 * DAY_MS }),
    fc.constantFrom({ kind: 'accept_then_lose' } as const, { kind: 'answer_without_id' } as const),
    async (lagMs, fault) => {
      const machine = create('synchronous')
      machine.platform.fail('publish', fault)
      machine.platform.setListingLag(lagMs)
      const id = machine.add()
      const publication = await machine.runFor(id, lagMs + 25 * HOUR_MS)
      must(publication.state === 'published', `it is ${publication.state} although it is shown`)
      must(partOf(publication).externalId !== null, 'its id was not looked for')
    },
  )

/** Processing may take as long as it likes: it is told once that it is slow, and nobody gives up. */
const slowProcessing = (create: typeof createMachine) =>
  fc.asyncProperty(fc.integer({ min: 1_000, max: HOUR_MS / 3 }), async (processingMs) => {
    const machine = create('no_id')
    machine.platform.setProcessing(processingMs)
    const id = machine.add()
    const publication = await machine.runFor(id, processingMs + 60_000)
    must(publication.state === 'published', `it is ${publication.state} although it was processed`)
    const told = machine.store.events.filter(({ type }) => type === 'publication.slow').length
    // Asked every two seconds: what is ready by the last question before the deadline of ten minutes was never slow.
    must(told === (processingMs > 598_000 ? 1 : 0), `told ${told} times`)
  })

type Decide = (publication: PublicationRecord, conditions: StepConditions, now: number) => ReturnType<typeof nextStep>
type Apply = (publication: PublicationRecord, now: number, input: Parameters<typeof applyMove>[2]) => Change | null

/** While a write may still be under way nothing but its own result, or a find, says what became of it. */
const untouchedInFlight = ({ decide, apply }: { readonly decide: Decide; readonly apply: Apply }) =>
  fc.property(
    drawAttempts({ min: 0, max: 3 }),
    fc.constantFrom(LISTING, CONTAINER, KEYED),
    fc.nat(59_999),
    fc.option(drawMoment),
    drawMoment,
    (earlier, abilities, passedMs, cancelRequestedAt, latestBy) => {
      const flying = inFlight({ number: earlier.length + 1 })
      const part = { state: 'publishing', nextLookAt: NOW, attempts: [...earlier, flying] } as const
      const publication = publishing(part, { cancelRequestedAt, latestBy })
      const step = decide(publication, withAbilities(abilities), NOW + passedMs)
      const change = step.do === 'move' ? apply(publication, NOW + passedMs, { move: step.move, abilities }) : null
      must(step.do === 'wait' || step.do === 'move', `${step.do} while a write is under way`)
      const after = change && partOf(change.publication).attempts.find(({ id }) => id === flying.id)
      must(!after || after.outcome === 'open', 'something but its result ended it')
    },
  )

/** As if every attempt had ended already. */
const landed = (publication: PublicationRecord): PublicationRecord => ({
  ...publication,
  parts: publication.parts.map((part) => ({
    ...part,
    state: 'unknown',
    attempts: part.attempts.map((attempt) =>
      attempt.outcome === 'open' ? { ...attempt, outcome: 'unknown', endedAt: attempt.startedAt } : attempt,
    ),
  })),
})

/** Rules about looking: 12, 14, 17 and 19. */
export const LOOK_PROOFS = [
  ...prove(12, 'what is found belongs to who sent it', ownFinds, createMachine, {
    'whatever a listing shows is evidence': mutate(createMachine, {
      store: (store) => ({ ...store, readRivals: async () => ({ idsBoundElsewhere: [], rivals: 0 }) }),
    }),
    'only what is bound already is no evidence': mutate(createMachine, {
      store: (store) => ({
        ...store,
        readRivals: async (...key) => ({ ...(await store.readRivals(...key)), rivals: 0 }),
      }),
    }),
  }),
  ...prove(14, 'what appears late is found without a person', lateEvidence, createMachine, {
    'nobody looks at what asks': mutate(createMachine, { store: neverLookingAt('needs_attention') }),
    'nobody looks for a missing id': mutate(createMachine, { store: neverLookingAt('published') }),
  }),
  ...prove(17, 'a slow platform is waited for, and it is told once', slowProcessing, createMachine, {
    'the deadline asks a person': mutate(createMachine, {
      store: changing((change) => (change.transition === 51 ? { ...change, publication: asking(change) } : change)),
    }),
    'nobody is told': mutate(createMachine, {
      store: changing((change) => ({
        ...change,
        events: change.events.filter(({ type }) => type !== 'publication.slow'),
      })),
    }),
  }),
  ...prove(
    19,
    'nothing ends an attempt in flight but its result',
    untouchedInFlight,
    { decide: nextStep, apply: applyMove },
    {
      'looks do not wait for its end': {
        decide: (publication, conditions, now) => nextStep(landed(publication), conditions, now),
        apply: applyMove,
      },
    },
  ),
]

function neverLookingAt(state: 'needs_attention' | 'published') {
  return changing((change) => ({
    ...change,
    publication: {
      ...change.publication,
      parts: change.publication.parts.map((part) => (part.state === state ? { ...part, nextLookAt: null } : part)),
    },
  }))
}

const withParts = (publication: PublicationRecord, changes: Partial<PublicationRecord['parts'][number]>) => ({
  ...publication,
  parts: publication.parts.map((part) => ({ ...part, ...changes })),
})

const asking = ({ publication }: Change): PublicationRecord => ({
  ...withParts(publication, { state: 'needs_attention', nextLookAt: null }),
  state: 'needs_attention',
})
