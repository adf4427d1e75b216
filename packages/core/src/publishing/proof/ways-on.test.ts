import { expect, test } from 'vitest'
import { PlatformError } from '../../platform/platform-error.ts'
import type { ScriptedFault } from '../../testing/scripted/scripted-platform.ts'
import { toAttemptOutcome } from '../error-outcome.ts'
import { nextStep } from '../next-step.ts'
import { recordAsked } from '../record-asked.ts'
import { recordProblems, recordRemoved, recordStepFailure } from '../record-preparation.ts'
import { answer, changed, follow, partOf, seen, told } from './drive.ts'
import { createMachine } from './machine.ts'
import {
  CONTAINER,
  inFlight,
  KEYED,
  LISTING,
  livePart,
  NOW,
  PROCESSING,
  publishing,
  sampleAttempt,
  samplePart,
  samplePublication,
  secondPart,
  withAbilities,
} from './sample-records.ts'

const reason = { code: 'invalid_post', message: 'no' }

test('the third `prepare_again` asks a person, told by publish or by an outcome', () => {
  const publication = publishing({ state: 'publishing', preparedAgain: 2, attempts: [inFlight()] })
  const error = new PlatformError({ code: 'prepare_again', message: 'again' })
  const outcome = toAttemptOutcome(error, { maySent: true, publication, part: partOf(publication), now: NOW })
  expect(told(changed(answer(publication, outcome, CONTAINER))).publication).toBe('needs_attention')
  const attempt = sampleAttempt({ outcome: 'processing', handle: 'task' })
  const processing = publishing({ state: 'processing', preparedAgain: 2, handle: 'task', attempts: [attempt] })
  const asked = recordAsked(processing, NOW, {
    part: 0,
    handle: 'task',
    answer: { status: 'prepare_again' },
    abilities: PROCESSING,
  })
  expect(told(changed(asked)).publication).toBe('needs_attention')
})

test('once a part is live the tenth `not_accepted` asks a person', () => {
  const parts = [livePart(), secondPart({ state: 'publishing', notAccepted: 9, attempts: [inFlight()] })]
  const publication = samplePublication({ state: 'publishing', parts })
  const error = new PlatformError({ code: 'not_accepted', message: 'later' })
  const outcome = toAttemptOutcome(error, { maySent: true, publication, part: partOf(publication, 1), now: NOW })
  expect(told(changed(answer(publication, outcome, LISTING, { part: 1 }))).publication).toBe('needs_attention')
})

test('a removal ends as removed also beside a part that was refused, without an alarm', () => {
  const parts = [livePart(), secondPart({ state: 'refused' })]
  const change = changed(recordRemoved(samplePublication({ state: 'incomplete', parts }), { part: 0, by: 'us' }))
  expect(change.publication.state).toBe('removed')
  expect(change.events.map(({ type }) => type)).not.toContain('publication.contradicted')
})

test('what was given up stays so while its handle still works', () => {
  const parts = [samplePart({ state: 'given_up', nextLookAt: NOW, attempts: [sampleAttempt()] })]
  const publication = samplePublication({ state: 'given_up', parts })
  expect(told(seen(publication, { status: 'processing', handle: 'task' }, PROCESSING)).publication).toBe('given_up')
  const late = { kind: 'processing', handle: 'task', pollAfterMs: 1_000, deadlineMs: 1_000 } as const
  expect(told(changed(answer(publication, late, PROCESSING))).publication).toBe('given_up')
})

test('a preparation of an edited-away revision refuses nothing', () => {
  const edited = samplePublication({ state: 'preparing', parts: [samplePart({ fingerprint: 'print-2' })] })
  const old = { part: 0, fingerprint: 'print', step: 'prepare', failure: { kind: 'refused', reason } } as const
  expect(recordStepFailure(edited, NOW, old)).toBeNull()
  expect(recordProblems(edited, { part: 0, fingerprint: 'print', reason })).toBeNull()
  expect(recordProblems(edited, { part: 0, fingerprint: 'print-2', reason })).not.toBeNull()
})

test('problems that facts show after an override ask, they do not end it', () => {
  const publication = publishing({ attempts: [sampleAttempt({ overridden: true })] })
  const change = changed(recordProblems(publication, { part: 0, fingerprint: 'print', reason }))
  expect(change.publication.state).toBe('needs_attention')
})

test.each<ScriptedFault>([
  { kind: 'refuse', code: 'duplicate' },
  { kind: 'refuse', code: 'invalid_post' },
  { kind: 'refuse', code: 'not_accepted' },
  { kind: 'refuse', code: 'token_expired' },
  { kind: 'lose_before' },
])('repetitions with a key keep a growing distance under %o', async (fault) => {
  const machine = createMachine('idempotency_key')
  machine.platform.fail('publish', { kind: 'lose_before' })
  for (let times = 0; times < 300; times += 1) machine.platform.fail('publish', fault)
  const id = machine.add()
  await machine.runFor(id, 600_000)
  const calls = machine.platform.calls.filter(({ call }) => call === 'publish')
  expect(calls.length).toBeGreaterThan(2)
  expect(calls.length).toBeLessThan(10)
})

test('a step that fails before a repetition waits before it is tried again', () => {
  const failure = { part: 0, fingerprint: 'print', step: 'other', failure: { kind: 'failed', reason } } as const
  const unknown = publishing({ state: 'unknown', nextLookAt: NOW, attempts: [sampleAttempt()] })
  const change = changed(recordStepFailure(unknown, NOW, failure))
  expect(nextStep(change.publication, withAbilities(KEYED), NOW).do).toBe('wait')
})

test('a removal request in the middle of a thread stops repetitions', () => {
  const parts = [livePart(), secondPart({ state: 'unknown', attempts: [sampleAttempt()] })]
  const publication = samplePublication({ state: 'publishing', cancelRequestedAt: NOW, removeRequestedAt: NOW, parts })
  expect(nextStep(publication, withAbilities(KEYED), NOW)).toMatchObject({
    do: 'wait',
    hold: { reason: 'handle_open' },
  })
})

test('processing that nothing can be asked about asks a person at its deadline', () => {
  const attempts = [sampleAttempt({ outcome: 'processing', handle: 'task' })]
  const part = { state: 'processing', handle: 'task', handleDeadlineAt: NOW, slowRaised: true, attempts } as const
  const blind = withAbilities({ ...LISTING, finds: false })
  expect(nextStep(publishing(part), blind, NOW - 1)).toMatchObject({ do: 'wait', until: NOW })
  expect(told(follow(publishing(part), blind, NOW)).publication).toBe('needs_attention')
})

test('of several parts that are not decided the one whose look is due is looked at', () => {
  const parts = [
    samplePart({ state: 'given_up', attempts: [sampleAttempt()] }),
    livePart({ index: 1, externalId: null, nextLookAt: NOW }),
  ]
  const publication = samplePublication({ state: 'incomplete', parts })
  expect(nextStep(publication, withAbilities(LISTING), NOW)).toEqual({ do: 'look', part: 1 })
})

test('begins no write when getting ready used up what a tick had left', async () => {
  const machine = createMachine('synchronous', {
    wrapAdapter: (adapter) => ({
      ...adapter,
      async readBaseline(part, context) {
        machine.clock.advance(8_000)
        return adapter.readBaseline?.(part, context)
      },
    }),
  })
  const id = machine.add()
  await machine.createWorker()(id, { budgetMs: 10_000 })
  expect(machine.store.read(id).parts[0]?.attempts).toEqual([])
  expect(machine.platform.posts()).toEqual([])
  expect((await machine.runFor(id, 60_000)).state).toBe('published')
})

test('a look whose token was refused asks for a new one, and says so when only a login helps', async () => {
  const machine = createMachine('synchronous')
  const id = machine.add()
  machine.platform.fail('publish', { kind: 'lose_before' })
  await machine.settle(id)
  machine.platform.fail('findPublished', { kind: 'refuse', code: 'token_expired' })
  machine.platform.fail('findPublished', { kind: 'refuse', code: 'reconnect' })
  machine.clock.advance(5_000)
  await machine.settle(id)
  expect(machine.store.read(id)).toMatchObject({ hold: { reason: 'look_failing' }, parts: [{ unauthorized: 1 }] })
  machine.clock.advance(15_000)
  await machine.settle(id)
  expect(machine.store.read(id).hold).toMatchObject({ reason: 'connection', until: null })
  machine.clock.advance(60_000)
  await machine.settle(id)
  expect(machine.store.read(id)).toMatchObject({ hold: null, parts: [{ unauthorized: 0 }] })
})
