import fc from 'fast-check'
import type { PublicationRecord } from '../../model/publication.ts'
import { recordOutcome } from '../record-outcome.ts'
import { LEASE_MS } from '../timing.ts'
import { drawAttempts } from './draw-records.ts'
import { partOf } from './drive.ts'
import { createMachine } from './machine.ts'
import { changing, mutate } from './mutation.ts'
import { must, prove } from './rule-proof.ts'
import { closed, HOUR_MS, LISTING, NOW, publishing, samplePart, samplePublication } from './sample-records.ts'

const reason = { code: 'invalid_post', message: 'no' }
const MONTH_MS = 30 * 24 * HOUR_MS

/** A worker stands between the effect and its result for so long, while others look and ask. */
const staleResults = (create: typeof createMachine) =>
  fc.asyncProperty(fc.integer({ min: 1_000, max: 24 * HOUR_MS }), async (frozenMs) => {
    const [reached, frozen] = [createGate(), createGate()]
    const machine = create('synchronous', {
      wrapAdapter: (adapter) => ({
        ...adapter,
        async publish(part, context) {
          const outcome = await adapter.publish(part, context)
          reached.open()
          await frozen.opened
          return outcome
        },
      }),
    })
    machine.platform.setListingLag(MONTH_MS)
    const id = machine.add()
    const worker = machine.advance(id)
    await reached.opened
    machine.clock.advance(frozenMs)
    await machine.settle(id)
    frozen.open()
    const answer = await worker
    const [part] = machine.store.read(id).parts
    must(part?.state === 'published' && part.externalId !== null, 'a stale result did not count')
    const runAt = machine.store.runAt(id)
    const isWoken = runAt !== null && runAt <= machine.clock.now()
    // Nobody else can have had it in hand before its lease was over: then the worker itself is told that nothing is left.
    must(isWoken || (frozenMs < LEASE_MS && answer.done === true), 'a stale result woke nobody')
  })

function createGate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open: () => void = () => undefined
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open }
}

const outcomes = fc.constantFrom(
  { kind: 'refused', reason } as const,
  { kind: 'not_sent', reason, passing: { notBefore: null, hold: null } } as const,
  { kind: 'unknown', reason } as const,
  { kind: 'processing', handle: 'h', pollAfterMs: 1_000, deadlineMs: 60_000 } as const,
)

/** What one attempt was told says nothing about another, and nothing but `published` about one that is closed. */
const ownAttemptOnly = (record: typeof recordOutcome) =>
  fc.property(drawAttempts({ min: 1, max: 4 }), fc.nat(3), outcomes, (attempts, picked, outcome) => {
    const attempt = attempts[picked % attempts.length]
    if (!attempt) return
    const before = publishing({ state: 'unknown', attempts })
    const input = { part: 0, attemptId: attempt.id, outcome, request: null, abilities: LISTING }
    const change = record(before, NOW, input)
    must(attempt.verdict === null || change === null, 'a closed attempt was changed')
    for (const other of change ? partOf(change.publication).attempts : [])
      must(other.id === attempt.id || other.verdict === attemptOf(attempts, other.id)?.verdict, 'another was touched')
  })

const attemptOf = <Attempt extends { readonly id: string }>(attempts: readonly Attempt[], id: string) =>
  attempts.find((candidate) => candidate.id === id)

const ends = fc.constantFrom('canceled' as const, 'missed' as const, 'refused' as const)

/** Proof that a post is live contradicts such an end: it is told, and the truth is shown. */
const lateTruth = (record: typeof recordOutcome) =>
  fc.property(ends, fc.constantFrom('absent' as const, 'not_sent' as const, 'refused' as const), (state, verdict) => {
    const ended = samplePublication({ state, parts: [samplePart({ attempts: [closed(verdict)] })] })
    const input = { part: 0, attemptId: 'attempt-1', request: null, abilities: LISTING }
    const change = record(ended, NOW, { ...input, outcome: { kind: 'published', externalId: 'x' } })
    must(change?.publication.state === 'published', 'the truth is not shown')
    must(change?.events.some(({ type }) => type === 'publication.contradicted') === true, 'nobody was told')
  })

/** Rules about what results do: 8 and 21. */
export const RESULT_PROOFS = [
  ...prove(8, 'a stale result counts at once and wakes', staleResults, createMachine, {
    'a result only counts under its own fence': mutate(createMachine, {
      store: (store) => ({
        ...store,
        change: (key, guard, transition) =>
          store.change(key, guard.release === undefined ? guard : { ...guard, fence: guard.release }, transition),
      }),
    }),
    'a result wakes nobody': mutate(createMachine, {
      store: changing((change) => (change.transition === 47 ? { ...change, wakeAt: null } : change)),
    }),
  }),
  ...prove(8, 'a result touches only its own attempt, and none that is closed', ownAttemptOnly, recordOutcome, {
    'a result closes what is open beside it': (publication, now, input) => {
      const change = recordOutcome(publication, now, input)
      const verdict = change ? attemptOf(partOf(change.publication).attempts, input.attemptId)?.verdict : null
      return change && verdict ? { ...change, publication: withVerdict(change.publication, verdict) } : change
    },
    'a result counts also after a verdict': (publication, now, input) =>
      recordOutcome(withVerdict(publication, null), now, input),
  }),
  ...prove(21, 'a late result that contradicts an end is told, and the truth is shown', lateTruth, recordOutcome, {
    'nobody is told': (publication, now, input) => {
      const change = recordOutcome(publication, now, input)
      return change && { ...change, events: change.events.filter(({ type }) => type !== 'publication.contradicted') }
    },
    'an end stays an end': (publication, now, input) => {
      const change = recordOutcome(publication, now, input)
      return change && { ...change, publication: { ...change.publication, state: publication.state } }
    },
  }),
]

function withVerdict(
  publication: PublicationRecord,
  verdict: 'refused' | 'not_sent' | null | string,
): PublicationRecord {
  const attempts = partOf(publication).attempts.map((attempt) => ({ ...attempt, verdict: verdict as 'refused' | null }))
  return { ...publication, parts: [{ ...partOf(publication), attempts }] }
}
