import fc from 'fast-check'
import type { PublicationId } from '../../model/ids.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import { giveUp, retry } from '../commands.ts'
import { recordLookFailed } from '../record-look-failed.ts'
import { partOf } from './drive.ts'
import { createMachine, type Machine } from './machine.ts'
import { changing, closing, mutate } from './mutation.ts'
import { must, prove } from './rule-proof.ts'
import { HOUR_MS } from './sample-records.ts'

const DAY_MS = 24 * HOUR_MS

interface Answers {
  readonly retry: typeof retry
  readonly giveUp: typeof giveUp
}

/** An unused handle that asks a person, as after a day of looks that failed, while the platform still has the write. */
async function askBesideLivingHandle(machine: Machine, effectAfterMs: number): Promise<PublicationId> {
  machine.platform.fail('publish', { kind: 'effect_later', afterMs: effectAfterMs })
  const id = machine.add()
  await machine.advance(id)
  while (partOf(machine.store.read(id)).attempts.length === 0) await machine.advance(id)
  machine.store.addHold('ada', { reason: 'paused', scope: 'account', until: null, message: 'paused' })
  await machine.runFor(id, 60_000)
  machine.store.command(id, (publication) => ({
    publication: {
      ...publication,
      state: 'needs_attention',
      parts: publication.parts.map((part) => ({ ...part, state: 'needs_attention', unusedAt: null })),
    },
    events: [],
    wakeAt: 0,
  }))
  machine.store.keepHolds('ada', () => false)
  return id
}

/** Whatever a person answers, a write that may still go through makes one post. */
const oneOfAHandle = (answers: Answers) =>
  fc.asyncProperty(
    fc.integer({ min: 120_000, max: 50 * 60_000 }),
    fc.constantFrom('retry' as const, 'giveUp' as const),
    fc.boolean(),
    async (effectAfterMs, answer, lookFailed) => {
      const machine = createMachine('last_chunk')
      const id = await askBesideLivingHandle(machine, effectAfterMs)
      if (lookFailed) machine.store.command(id, (publication, now) => failLook(publication, now))
      machine.store.command(id, (publication, now) => answers[answer](publication, now, 'ann').change ?? null)
      must(answer === 'retry' || machine.store.read(id).state !== 'given_up', 'given up while its handle lives')
      await machine.runFor(id, 2 * DAY_MS)
      must(machine.platform.posts().length === 1, `${machine.platform.posts().length} posts`)
    },
  )

const failLook = (publication: PublicationRecord, now: number) =>
  recordLookFailed(publication, now, { part: 0, reason: { code: 'bad_response', message: 'no answer' } })

/** What was given up is said to be, and what proves it live still counts. */
const givenUp = (answers: Answers) =>
  fc.asyncProperty(fc.integer({ min: HOUR_MS, max: 5 * DAY_MS }), async (lagMs) => {
    const machine = createMachine('synchronous')
    machine.platform.fail('publish', { kind: 'accept_then_lose' })
    machine.platform.setListingLag(lagMs)
    const id = machine.add()
    await machine.runFor(id, HOUR_MS / 2)
    machine.store.command(id, (publication, now) => answers.giveUp(publication, now, 'ann').change ?? null)
    must(machine.store.read(id).state === 'given_up', `it ended as ${machine.store.read(id).state}`)
    const { state } = await machine.runFor(id, lagMs + 25 * HOUR_MS)
    must(state === 'published', `it is ${state} although it is live`)
  })

/** Sent again, and that refused for good: what was sent first may still be live, and is found. */
const overriddenCounts = (create: typeof createMachine) =>
  fc.asyncProperty(fc.integer({ min: HOUR_MS, max: 5 * DAY_MS }), async (lagMs) => {
    const machine = create('synchronous')
    machine.platform.fail('publish', { kind: 'accept_then_lose' })
    machine.platform.setListingLag(lagMs)
    const id = machine.add()
    await machine.runFor(id, HOUR_MS / 2)
    machine.platform.fail('publish', { kind: 'refuse', code: 'invalid_post' })
    machine.store.command(id, (publication, now) => retry(publication, now, 'ann').change ?? null)
    const { state } = await machine.runFor(id, lagMs + 25 * HOUR_MS)
    must(state === 'published', `it is ${state} although it is live`)
  })

const unseen = (publication: PublicationRecord): PublicationRecord => ({
  ...publication,
  parts: publication.parts.map((part) => ({
    ...part,
    attempts: part.attempts.map((attempt) => ({ ...attempt, evidence: [] })),
  })),
})

const real: Answers = { retry, giveUp }

/** Rules 15 and 16: what a person's answer leaves open, and what a person may answer. */
export const ANSWER_PROOFS = [
  ...prove(15, 'what was sent first counts although it was sent again', overriddenCounts, createMachine, {
    'an overridden attempt counts as closed': mutate(createMachine, {
      store: changing(closing((attempt) => attempt.overridden)),
    }),
  }),
  ...prove(16, 'an answer beside a living handle doubles nothing and ends nothing', oneOfAHandle, real, {
    'send again is offered while a handle lives': {
      ...real,
      retry: (publication, now, by) => retry(unseen(publication), now, by),
    },
    'giving up is offered while a handle lives': {
      ...real,
      giveUp: (publication, now, by) => giveUp(unseen(publication), now, by),
    },
  }),
  ...prove(16, 'giving up ends in given_up, and proof moves it to published', givenUp, real, {
    'giving up refuses': { ...real, giveUp: closingWith('refused') },
    'giving up closes what is open': { ...real, giveUp: closingWith('given_up') },
  }),
]

function closingWith(state: 'refused' | 'given_up'): typeof giveUp {
  return (publication, now, by) => {
    const { change } = giveUp(publication, now, by)
    if (!change) return giveUp(publication, now, by)
    const parts = change.publication.parts.map((part) => ({
      ...part,
      state,
      attempts: part.attempts.map((attempt) => ({
        ...attempt,
        verdict: 'absent' as const,
        outcome: 'closed' as const,
      })),
    }))
    return { change: { ...change, publication: { ...change.publication, state, parts } } }
  }
}
