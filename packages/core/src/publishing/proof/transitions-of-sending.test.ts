import { describe, expect, test } from 'vitest'
import { PlatformError } from '../../platform/platform-error.ts'
import { toBegunAttempt } from '../begin-attempt.ts'
import { toAttemptOutcome } from '../error-outcome.ts'
import { nextStep } from '../next-step.ts'
import type { AttemptOutcome } from '../record-outcome.ts'
import { recordProblems, recordStepFailure } from '../record-preparation.ts'
import { answer, changed, follow, partOf, told } from './drive.ts'
import { createMachine } from './machine.ts'
import {
  CONDITIONS,
  CONTAINER,
  HOUR_MS,
  inFlight,
  KEYED,
  LISTING,
  livePart,
  NOT_SENT,
  NOW,
  overridden,
  PROCESSING,
  prepared,
  publishing,
  reason,
  sampleAttempt,
  sampleBegin,
  samplePart,
  samplePublication,
  secondPart,
  withAbilities,
  working,
} from './sample-records.ts'

describe('a part that is sent', () => {
  test('transition 24: S2 writes the attempt with its baseline and a lease beyond the deadline', () => {
    const begin = sampleBegin({ attempt: { ...sampleBegin().attempt, baseline: { ids: ['old'] } } })
    const change = changed(toBegunAttempt(samplePublication(), NOW, CONDITIONS, begin))
    expect(told(change)).toEqual({ transition: 24, publication: 'publishing', parts: ['publishing'] })
    expect(partOf(change.publication).attempts).toMatchObject([
      { number: 1, baseline: { ids: ['old'] }, leaseUntil: NOW + 60_000, outcome: 'open', verdict: null },
    ])
  })

  test('transition 25: without uploads for this revision the step is to prepare', () => {
    const parts = [samplePart({ preparation: { ...prepared(), fingerprint: 'print-of-an-old-revision' } })]
    const step = nextStep(samplePublication({ state: 'preparing', parts }), withAbilities(CONTAINER), NOW)
    expect(step).toEqual({ do: 'prepare', part: 0 })
  })

  test('transition 26: invalid in prepare refuses; after an override it asks', () => {
    const failure = { part: 0, step: 'prepare', fingerprint: 'print', failure: { kind: 'refused', reason } } as const
    const refused = changed(recordStepFailure(samplePublication({ state: 'preparing' }), NOW, failure))
    expect(told(refused)).toEqual({ transition: 26, publication: 'refused', parts: ['refused'] })
    const again = changed(recordStepFailure(publishing({ attempts: [overridden] }), NOW, failure))
    expect(told(again).parts).toEqual(['needs_attention'])
  })

  test.each(['canceled', 'missed'] as const)('transition 26: what was %s during the step stays so', (state) => {
    const ended = samplePublication({ state })
    const failures = [
      { kind: 'refused', reason },
      { kind: 'passing', reason, passing: { notBefore: NOW + 1, hold: null } },
      { kind: 'failed', reason },
    ] as const
    for (const failure of failures)
      expect(recordStepFailure(ended, NOW, { part: 0, step: 'prepare', fingerprint: 'print', failure })).toBeNull()
    expect(recordProblems(ended, { part: 0, fingerprint: 'print', reason })).toBeNull()
  })

  test('transition 27: an unknown parent id is a hold before the horizon, a question after it', () => {
    const parent = livePart({ externalId: null, nextLookAt: NOW + 5_000 })
    const thread = samplePublication({ state: 'publishing', parts: [parent, secondPart()] })
    const waiting = follow(thread, withAbilities(LISTING))
    expect(waiting.transition).toBe(27)
    const step = nextStep(waiting.publication, withAbilities(LISTING), NOW)
    expect(step).toMatchObject({ do: 'wait', until: NOW + 5_000, hold: { reason: 'parent_id' } })
    const looked = (nextLookAt: number) => {
      const [, second = secondPart()] = waiting.publication.parts
      return { ...waiting.publication, parts: [{ ...parent, looks: 4, nextLookAt }, second] }
    }
    const late = NOW + 300_001
    expect(nextStep(looked(late), withAbilities(LISTING), late)).toEqual({ do: 'look', part: 0 })
    const asking = follow(looked(late + 1), withAbilities(LISTING), late)
    expect(told(asking)).toEqual({
      transition: 27,
      publication: 'needs_attention',
      parts: ['published', 'needs_attention'],
    })
    expect(nextStep(asking.publication, withAbilities(LISTING), late + 1)).toEqual({ do: 'look', part: 0 })
  })

  test('transition 27: where nothing can look for the parent id, the hold lasts to the horizon', () => {
    const parent = livePart({ externalId: null, nextLookAt: NOW - 1 })
    const thread = samplePublication({ state: 'publishing', parts: [parent, secondPart()] })
    const { publication } = follow(thread, withAbilities(KEYED))
    const horizon = NOW + (KEYED.lookAfterMs.at(-1) ?? 0)
    expect(nextStep(publication, withAbilities(KEYED), NOW)).toMatchObject({ do: 'wait', until: horizon + 1 })
  })

  test('transition 28: an open look-alike is a hold', () => {
    const publication = samplePublication()
    const lookAlikes = [partOf(publication).id]
    const step = nextStep(publication, withAbilities(LISTING, { lookAlikes }), NOW)
    expect(step).toMatchObject({ do: 'wait', hold: { reason: 'look_alike' } })
  })

  test.each([
    ['the own row sends', true, 1],
    ['another fence does not send', false, 0],
  ])('transition 29: after a lost answer of S2 %s', async (_, ours, live) => {
    const machine = createMachine('synchronous', {
      wrapStore: (store) => ({
        ...store,
        beginAttempt: async (begin) => {
          await store.beginAttempt(begin)
          throw new Error('the connection was lost')
        },
        ownsAttempt: async (key, attempt) => ours && store.ownsAttempt(key, attempt),
      }),
    })
    const id = machine.add()
    await machine.advance(id)
    expect(machine.platform.posts()).toHaveLength(live)
  })

  test('transition 30: a lease that is over before the first byte sends nothing', async () => {
    const machine = createMachine('synchronous', {
      wrapStore: (store) => ({
        ...store,
        beginAttempt: async (begin) => {
          const begun = await store.beginAttempt(begin)
          if (machine.store.read(begin.key.publicationId).parts[0]?.attempts.length === 1) machine.clock.advance(50_000)
          return begun
        },
      }),
    })
    const id = machine.add()
    await machine.advance(id)
    expect(machine.platform.calls.filter(({ call }) => call === 'publish')).toEqual([])
    expect(machine.store.read(id).parts[0]).toMatchObject({ state: 'waiting', attempts: [{ verdict: 'not_sent' }] })
    expect((await machine.runFor(id, HOUR_MS)).state).toBe('published')
  })

  test('transition 31: an answer publishes or delivers', () => {
    const publication = publishing({ state: 'publishing', attempts: [inFlight()] })
    expect(told(changed(answer(publication, { kind: 'published', externalId: 'x' }, LISTING)))).toEqual({
      transition: 31,
      publication: 'published',
      parts: ['published'],
    })
    expect(told(changed(answer(publication, { kind: 'delivered', handle: 'inbox' }, LISTING)))).toMatchObject({
      transition: 31,
      parts: ['delivered'],
    })
  })

  test('transition 32: accepted is processing; beside another open attempt only its handle is kept', () => {
    const alone = changed(answer(publishing({ state: 'publishing', attempts: [inFlight()] }), working, PROCESSING))
    expect(told(alone)).toMatchObject({ transition: 32, parts: ['processing'] })
    const two = publishing({ state: 'publishing', attempts: [sampleAttempt(), inFlight({ number: 2 })] })
    const beside = changed(answer(two, working, PROCESSING))
    expect(told(beside)).toMatchObject({ transition: 32, parts: ['unknown'] })
    expect(partOf(beside.publication).attempts[1]?.handle).toBe('task')
  })

  test.each([
    ['none open', [], 'refused'],
    ['another open', [sampleAttempt()], 'unknown'],
    ['another overridden', [overridden], 'needs_attention'],
  ])('transition 33: refused for good with %s', (_, others, state) => {
    const publication = publishing({ state: 'publishing', attempts: [...others, inFlight({ number: 2 })] })
    const change = changed(answer(publication, { kind: 'refused', reason }, LISTING))
    expect(told(change)).toMatchObject({ transition: 33, parts: [state] })
  })

  test('transition 34: not sent waits; uploads that ended are dropped; a reason that passes is a hold', () => {
    const publication = publishing({ state: 'publishing', preparation: prepared(), attempts: [inFlight()] })
    expect(told(changed(answer(publication, NOT_SENT, CONTAINER)))).toMatchObject({
      transition: 34,
      parts: ['waiting'],
    })
    const fail = (code: 'rate_limited' | 'prepare_again') =>
      toAttemptOutcome(new PlatformError({ code, message: code, retryAfterMs: 60_000 }), {
        maySent: true,
        publication,
        part: partOf(publication),
        now: NOW,
      })
    const again = changed(answer(publication, fail('prepare_again'), CONTAINER))
    expect(partOf(again.publication).preparation.status).toBe('none')
    expect(changed(answer(publication, fail('rate_limited'), CONTAINER)).publication.hold?.until).toBe(NOW + 60_000)
  })

  test('transition 35: not sent beside an open attempt stays unknown, with that attempt’s uploads', () => {
    const dropped: AttemptOutcome = { ...NOT_SENT, passing: { ...NOT_SENT.passing, dropUploads: true } }
    const publication = publishing({
      state: 'publishing',
      preparation: prepared(),
      attempts: [sampleAttempt({ uploads: { handle: 'h1' } }), inFlight({ number: 2 })],
    })
    const change = changed(answer(publication, dropped, CONTAINER))
    expect(told(change)).toMatchObject({ transition: 35, parts: ['unknown'] })
    const repeated = toBegunAttempt(change.publication, NOW, CONDITIONS, sampleBegin({ from: 'unknown' }))
    expect(partOf(changed(repeated).publication).attempts.at(-1)?.uploads).toEqual({ handle: 'h1' })
  })

  test('transition 36: doubt, or a lease that ended without an answer, is unknown', () => {
    const publication = publishing({ state: 'publishing', attempts: [inFlight()] })
    const doubt = changed(answer(publication, { kind: 'unknown', reason }, LISTING))
    expect(told(doubt)).toMatchObject({ transition: 36, parts: ['unknown'] })
    expect(nextStep(publication, withAbilities(LISTING), NOW)).toMatchObject({ do: 'wait', until: NOW + 60_000 })
    const over = follow(publication, withAbilities(LISTING), NOW + 60_000)
    expect(told(over)).toMatchObject({ transition: 36, parts: ['unknown'] })
  })
})
