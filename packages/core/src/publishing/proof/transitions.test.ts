import { describe, expect, test } from 'vitest'
import { PlatformError } from '../../platform/platform-error.ts'
import { applyMove } from '../apply-move.ts'
import { toBegunAttempt } from '../begin-attempt.ts'
import { approve, cancel, confirm, edit, giveUp, reschedule, retry, submit } from '../commands.ts'
import { toAttemptOutcome } from '../error-outcome.ts'
import { nextStep } from '../next-step.ts'
import { recordAsked, recordLookFailed } from '../record-evidence.ts'
import type { AttemptOutcome } from '../record-outcome.ts'
import { recordPreparation, recordRemoved, recordStepFailure } from '../record-preparation.ts'
import { answer, changed, follow, partOf, seen, told } from './drive.ts'
import { createMachine } from './machine.ts'
import {
  CONDITIONS,
  CONTAINER,
  closed,
  HOUR_MS,
  inFlight,
  KEYED,
  LISTING,
  livePart,
  NOW,
  PROCESSING,
  prepared,
  publishing,
  sampleAttempt,
  sampleBegin,
  samplePart,
  samplePublication,
  secondPart,
  withAbilities,
} from './sample-records.ts'

const reason = { code: 'invalid_post', message: 'no' }
const notSent: AttemptOutcome = { kind: 'not_sent', reason, passing: { notBefore: null, hold: null } }
const working: AttemptOutcome = { kind: 'processing', handle: 'task', pollAfterMs: 2_000, deadlineMs: 600_000 }
const edited = { revision: 2, revisionHash: 'hash-2', leadMs: 30_000, parts: [samplePart({ fingerprint: 'print-2' })] }
const time = { dueAt: NOW + HOUR_MS, latestBy: NOW + 2 * HOUR_MS }
const doubtful = (changes: Parameters<typeof publishing>[0] = {}) =>
  publishing({ state: 'unknown', nextLookAt: NOW, attempts: [sampleAttempt()], ...changes })
const asking = (changes: Parameters<typeof publishing>[0] = {}) =>
  publishing({ state: 'needs_attention', nextLookAt: NOW, attempts: [sampleAttempt()], ...changes })
const canceledNow = { cancelRequestedAt: NOW - 1 }
const overridden = sampleAttempt({ overridden: true })

describe('the publication', () => {
  test('transition 1: a draft is submitted to approval, or scheduled', () => {
    const draft = samplePublication({ state: 'draft' })
    expect(told(changed(submit(draft, NOW, 'ann').change))).toMatchObject({ transition: 1, publication: 'scheduled' })
    const guarded = submit({ ...draft, approval: 'required' }, NOW, 'ann')
    expect(told(changed(guarded.change))).toMatchObject({ transition: 1, publication: 'awaiting_approval' })
  })

  test('transition 2: only the hash of the current revision approves', () => {
    const waiting = samplePublication({ state: 'awaiting_approval', approval: 'required' })
    expect(approve(waiting, NOW, 'ann', 'hash-0').refused?.code).toBe('stale_revision')
    const approved = changed(approve(waiting, NOW, 'ann', 'hash-1').change)
    expect(told(approved)).toMatchObject({ transition: 2, publication: 'scheduled' })
    expect(approved.publication.approvedHash).toBe('hash-1')
  })

  test('transition 3: preparation begins at the lead before it is due', () => {
    const publication = samplePublication({ dueAt: NOW + 60_000 })
    const at = withAbilities(CONTAINER)
    expect(nextStep(publication, at, NOW)).toEqual({ do: 'wait', until: NOW + 30_000, hold: null })
    expect(told(follow(publication, at, NOW + 30_000))).toMatchObject({ transition: 3, publication: 'preparing' })
  })

  test('transition 4: ready when all parts have uploads for this revision; uploads of another are not stored', () => {
    const publication = samplePublication({ state: 'preparing' })
    const store = (fingerprint: string) =>
      recordPreparation(publication, NOW, {
        part: 0,
        fingerprint,
        preparation: { status: 'prepared', uploads: { handle: 'h1' }, expiresAt: NOW + HOUR_MS },
      })
    expect(store('print-of-an-old-revision')).toBeNull()
    const stored = changed(store('print')).publication
    expect(told(follow(stored, withAbilities(CONTAINER)))).toMatchObject({ transition: 4, publication: 'ready' })
  })

  test('transition 5: refused media refuse the publication', () => {
    const failure = { part: 0, step: 'prepare', fingerprint: 'print', failure: { kind: 'refused', reason } } as const
    const refused = changed(recordStepFailure(samplePublication({ state: 'preparing' }), NOW, failure))
    expect(told(refused)).toMatchObject({ publication: 'refused', parts: ['refused'] })
  })

  test('transition 6: expired uploads are prepared again', () => {
    const ready = samplePublication({ state: 'ready', parts: [samplePart({ preparation: prepared(NOW + 30_000) })] })
    const dropped = follow(ready, withAbilities(CONTAINER))
    expect(dropped.transition).toBe(6)
    expect(partOf(dropped.publication).preparation.status).toBe('none')
    expect(told(follow(dropped.publication, withAbilities(CONTAINER)))).toMatchObject({ publication: 'preparing' })
  })

  test('transition 7: S2 makes a due publication publishing, and no other', () => {
    const ready = samplePublication({ state: 'ready', parts: [samplePart({ preparation: prepared() })] })
    expect(toBegunAttempt(ready, NOW - 1, CONDITIONS, sampleBegin())).toBeNull()
    expect(told(changed(toBegunAttempt(ready, NOW, CONDITIONS, sampleBegin()))).publication).toBe('publishing')
  })

  test.each(['awaiting_approval', 'scheduled', 'preparing', 'ready'] as const)(
    'transition 8: cancel in %s ends it',
    (state) => {
      const verdict = cancel(samplePublication({ state }), NOW, 'ann', false)
      expect(verdict.result).toBe('canceled')
      expect(told(changed(verdict.change))).toMatchObject({ transition: 8, publication: 'canceled' })
    },
  )

  test.each(['awaiting_approval', 'scheduled', 'preparing', 'ready'] as const)(
    'transition 9: latestBy in %s makes it missed',
    (state) => {
      const publication = samplePublication({ state, latestBy: NOW })
      expect(told(follow(publication, withAbilities(CONTAINER)))).toMatchObject({
        transition: 9,
        publication: 'missed',
      })
    },
  )

  test('transition 10: an edit makes a revision and asks for approval again', () => {
    const ready = samplePublication({ state: 'ready', approval: 'required', approvedHash: 'hash-1' })
    const change = changed(edit(ready, NOW, 'ann', edited).change)
    expect(told(change)).toMatchObject({ transition: 10, publication: 'awaiting_approval' })
    expect(change.publication.revision).toBe(2)
    expect(told(changed(edit(samplePublication(), NOW, 'ann', edited).change)).publication).toBe('scheduled')
  })

  test('transition 11: another time schedules it again', () => {
    const change = changed(reschedule(samplePublication({ state: 'ready' }), NOW, 'ann', time).change)
    expect(told(change)).toMatchObject({ transition: 11, publication: 'scheduled' })
    expect(change.publication.dueAt).toBe(time.dueAt)
  })

  test('transition 12: uploads that expire in mid-thread are prepared again while it stays publishing', () => {
    const thread = samplePublication({
      state: 'publishing',
      parts: [livePart(), secondPart({ preparation: prepared(NOW) })],
    })
    const dropped = follow(thread, withAbilities(CONTAINER))
    expect(told(dropped)).toMatchObject({ transition: 12, publication: 'publishing' })
    expect(nextStep(dropped.publication, withAbilities(CONTAINER), NOW)).toEqual({ do: 'prepare', part: 1 })
  })

  test.each([
    ['open', publishing({ state: 'publishing', attempts: [inFlight()] })],
    ['overridden', publishing({ attempts: [overridden] })],
    ['asking', asking()],
    ['live', samplePublication({ state: 'publishing', parts: [livePart(), secondPart()] })],
  ])('transition 13: edit and reschedule are too late for what is %s', (_, publication) => {
    expect(edit(publication, NOW, 'ann', edited).refused?.code).toBe('too_late')
    expect(reschedule(publication, NOW, 'ann', time).refused).toMatchObject({ code: 'too_late', offers: ['remove'] })
  })

  test('transition 14: a cancel while an attempt is open is kept; too late where finding out means publishing', () => {
    const publication = publishing({ state: 'publishing', attempts: [inFlight()] })
    const kept = cancel(publication, NOW, 'ann', false)
    expect(kept.result).toBe('in_flight')
    expect(changed(kept.change)).toMatchObject({ transition: 14, publication: { cancelRequestedAt: NOW } })
    expect(cancel(publication, NOW, 'ann', true)).toEqual({ result: 'too_late', change: null })
  })

  test('transition 15: a kept cancel ends as canceled, or as incomplete beside a live part', () => {
    const alone = publishing({ attempts: [closed('absent')] }, canceledNow)
    expect(told(follow(alone, withAbilities(LISTING)))).toMatchObject({ transition: 15, publication: 'canceled' })
    const thread = samplePublication({ state: 'publishing', parts: [livePart(), secondPart()], ...canceledNow })
    expect(told(follow(thread, withAbilities(LISTING)))).toMatchObject({ transition: 15, publication: 'incomplete' })
  })

  test.each([canceledNow, { latestBy: NOW }])('transition 16: %o with an overridden attempt asks a person', (why) => {
    const change = follow(publishing({ attempts: [overridden] }, why), withAbilities(LISTING))
    expect(told(change)).toEqual({ transition: 16, publication: 'needs_attention', parts: ['needs_attention'] })
  })

  test('transition 17: latestBy while a part waits makes it missed, unless a part is live', () => {
    const late = { latestBy: NOW }
    const change = follow(publishing({ attempts: [closed('not_sent')] }, late), withAbilities(LISTING))
    expect(told(change)).toMatchObject({ transition: 17, publication: 'missed' })
    const thread = samplePublication({ state: 'publishing', parts: [livePart(), secondPart()], ...late })
    expect(nextStep(thread, withAbilities(LISTING), NOW)).toEqual({ do: 'publish', part: 1, from: 'waiting' })
  })

  test('transition 18: all parts published, or one only delivered', () => {
    const thread = samplePublication({
      state: 'publishing',
      parts: [livePart(), secondPart({ state: 'publishing', attempts: [inFlight()] })],
    })
    const last = (outcome: AttemptOutcome) => told(changed(answer(thread, outcome, LISTING, { part: 1 })))
    expect(last({ kind: 'published', externalId: 'post-1' }).publication).toBe('published')
    expect(last({ kind: 'delivered', handle: 'inbox' }).publication).toBe('delivered')
  })

  test('transition 19: a refused part refuses, or leaves incomplete what is live', () => {
    const attempts = [inFlight()]
    const refused: AttemptOutcome = { kind: 'refused', reason }
    const alone = publishing({ state: 'publishing', attempts })
    expect(told(changed(answer(alone, refused, LISTING))).publication).toBe('refused')
    const thread = samplePublication({
      state: 'publishing',
      parts: [livePart(), secondPart({ state: 'publishing', attempts })],
    })
    expect(told(changed(answer(thread, refused, LISTING, { part: 1 }))).publication).toBe('incomplete')
  })

  test('transition 20: a part that asks makes the publication ask', () => {
    const end = NOW + 300_000
    const change = seen(doubtful(), { status: 'not_yet', looked: 'the listing' }, LISTING, { begunAt: end })
    expect(told(change)).toMatchObject({ publication: 'needs_attention', parts: ['needs_attention'] })
  })

  test('transition 21: a part that leaves needs_attention moves the publication on', () => {
    const thread = samplePublication({
      state: 'needs_attention',
      parts: [samplePart({ state: 'needs_attention', attempts: [sampleAttempt()] }), secondPart()],
    })
    const found = seen(thread, { status: 'found', externalId: 'post-0' }, LISTING)
    expect(told(found)).toMatchObject({ publication: 'publishing', parts: ['published', 'waiting'] })
    expect(told(seen(asking(), { status: 'found', externalId: 'x' }, LISTING)).publication).toBe('published')
  })

  test.each([
    ['pause', { holds: [{ reason: 'paused', scope: 'account', until: null, message: 'paused' }] }],
    ['token', { connection: 'reconnect' }],
    ['limit', { holds: [{ reason: 'rate_limited', scope: 'app', until: NOW + 5_000, message: 'later' }] }],
  ] as const)('transition 22: a %s is a hold, whatever the state', (_, conditions) => {
    for (const state of ['scheduled', 'ready', 'publishing'] as const) {
      const step = nextStep(samplePublication({ state }), withAbilities(LISTING, conditions), NOW)
      expect(step).toMatchObject({ do: 'wait', hold: { message: expect.any(String) } })
    }
  })

  test('transition 23: proof moves what was given up to published', () => {
    const given = samplePublication({
      state: 'given_up',
      parts: [samplePart({ state: 'given_up', nextLookAt: NOW, attempts: [sampleAttempt()] })],
    })
    expect(nextStep(given, withAbilities(LISTING), NOW)).toEqual({ do: 'look', part: 0 })
    expect(told(seen(given, { status: 'found', externalId: 'x' }, LISTING)).publication).toBe('published')
    expect(told(changed(answer(given, { kind: 'published', externalId: 'x' }, LISTING))).publication).toBe('published')
  })
})

describe('the part', () => {
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

  test('transition 27: an unknown parent id is a hold before the horizon, a question after it', () => {
    const parent = livePart({ externalId: null, nextLookAt: NOW + 5_000 })
    const thread = samplePublication({ state: 'publishing', parts: [parent, secondPart()] })
    const waiting = follow(thread, withAbilities(LISTING))
    expect(waiting.transition).toBe(27)
    const step = nextStep(waiting.publication, withAbilities(LISTING), NOW)
    expect(step).toMatchObject({ do: 'wait', until: NOW + 5_000, hold: { reason: 'parent_id' } })
    const looked = { ...waiting.publication, parts: [{ ...parent, looks: 4 }, ...waiting.publication.parts.slice(1)] }
    expect(told(follow(looked, withAbilities(LISTING), NOW + 300_001))).toEqual({
      transition: 27,
      publication: 'needs_attention',
      parts: ['published', 'needs_attention'],
    })
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
        ownsAttempt: async (key, fence, id) => ours && store.ownsAttempt(key, fence, id),
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
    expect(told(changed(answer(publication, notSent, CONTAINER)))).toMatchObject({ transition: 34, parts: ['waiting'] })
    const fail = (code: 'rate_limited' | 'prepare_again') =>
      toAttemptOutcome(
        new PlatformError({ code, message: code, retryAfterMs: 60_000 }),
        true,
        publication,
        partOf(publication),
        NOW,
      )
    const again = changed(answer(publication, fail('prepare_again'), CONTAINER))
    expect(partOf(again.publication).preparation.status).toBe('none')
    expect(changed(answer(publication, fail('rate_limited'), CONTAINER)).publication.hold?.until).toBe(NOW + 60_000)
  })

  test('transition 35: not sent beside an open attempt stays unknown, with that attempt’s uploads', () => {
    const dropped: AttemptOutcome = { ...notSent, passing: { ...notSent.passing, dropUploads: true } }
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

  test('transition 37: found publishes; with a rival only an exact handle does', () => {
    const find = (exact: boolean, rivals: number) =>
      told(seen(doubtful(), { status: 'found', externalId: 'x', exact }, LISTING, { rivals }))
    expect(find(false, 0)).toMatchObject({ transition: 37, parts: ['published'] })
    expect(find(true, 1)).toMatchObject({ transition: 37, parts: ['published'] })
    expect(find(false, 1)).toMatchObject({ transition: 44, parts: ['unknown'] })
    const inbox = seen(doubtful(), { status: 'found', delivered: true }, LISTING)
    expect(told(inbox).parts).toEqual(['delivered'])
  })

  test('transition 38: a handle that still works is processing', () => {
    const change = seen(doubtful(), { status: 'processing', handle: 'task' }, PROCESSING)
    expect(told(change)).toMatchObject({ transition: 38, parts: ['processing'] })
  })

  test('transition 39: a handle that failed for good refuses when no attempt is left open', () => {
    expect(told(seen(doubtful(), { status: 'refused', reason }, CONTAINER))).toMatchObject({
      transition: 39,
      parts: ['refused'],
    })
    const two = doubtful({ attempts: [overridden, sampleAttempt({ number: 2 })] })
    expect(told(seen(two, { status: 'refused', reason }, CONTAINER)).parts).toEqual(['needs_attention'])
  })

  test('transition 40: a handle that ended lets it wait, or leaves the refusal of another attempt', () => {
    expect(told(seen(doubtful(), { status: 'ended' }, CONTAINER))).toMatchObject({ transition: 40, parts: ['waiting'] })
    const refused = doubtful({ attempts: [closed('refused'), sampleAttempt({ number: 2 })] })
    expect(told(seen(refused, { status: 'ended' }, CONTAINER)).parts).toEqual(['refused'])
  })

  test('transition 41: an unused handle, or a key that lives, is repeated with the same one', () => {
    const unused = seen(doubtful({ preparation: prepared() }), { status: 'unused' }, CONTAINER)
    expect(nextStep(unused.publication, withAbilities(CONTAINER), NOW)).toMatchObject({
      do: 'publish',
      from: 'unknown',
    })
    expect(nextStep(doubtful(), withAbilities(KEYED), NOW)).toMatchObject({ do: 'publish', from: 'unknown' })
    const change = toBegunAttempt(doubtful(), NOW, CONDITIONS, sampleBegin({ from: 'unknown' }))
    expect(told(changed(change))).toMatchObject({ transition: 41, parts: ['publishing'] })
  })

  test('transition 42: an unused handle under cancel or pause is held until its end', () => {
    const unused = doubtful({ preparation: prepared(), unusedAt: NOW, nextLookAt: NOW + 5_000 })
    const paused = { holds: [{ reason: 'paused', scope: 'account', until: null, message: 'paused' }] } as const
    const held = { do: 'wait', until: NOW + 5_000, hold: { reason: 'handle_open' } }
    expect(nextStep(unused, withAbilities(CONTAINER, paused), NOW)).toMatchObject(held)
    expect(nextStep({ ...unused, ...canceledNow }, withAbilities(CONTAINER), NOW)).toMatchObject(held)
  })

  test('transition 43: a look begun after settledAfterMs proves absence of what is no longer wanted', () => {
    const ended = sampleAttempt({ endedAt: NOW - 120_000 })
    const unused = (unusedAt: number) =>
      publishing({ state: 'unknown', unusedAt, nextLookAt: NOW + 9, attempts: [ended] }, canceledNow)
    expect(nextStep(unused(NOW), withAbilities(CONTAINER), NOW).do).toBe('wait')
    expect(told(follow(unused(NOW + 1), withAbilities(CONTAINER), NOW + 1))).toMatchObject({
      transition: 43,
      parts: ['waiting'],
    })
  })

  test('transition 44: not seen yet is looked for at the next interval', () => {
    const change = seen(doubtful(), { status: 'not_yet', looked: 'the listing' }, LISTING)
    expect(told(change)).toMatchObject({ transition: 44, parts: ['unknown'] })
    expect(partOf(change.publication)).toMatchObject({ looks: 1, nextLookAt: NOW + 4_000 })
  })

  test('transition 45: a failed look is a hold and is not counted', () => {
    const change = changed(recordLookFailed(doubtful(), NOW, { part: 0, reason }))
    expect(told(change)).toMatchObject({ transition: 45, parts: ['unknown'] })
    expect(change.publication.hold?.reason).toBe('look_failing')
    expect(partOf(change.publication).looks).toBe(0)
  })

  test('transition 46: after the horizon a person is asked, or it is repeated once', () => {
    const look = (afterUnknown: 'ask' | 'repeat_once', repeatedOnce: boolean) =>
      seen(doubtful({ repeatedOnce }), { status: 'not_yet', looked: 'the listing' }, LISTING, {
        begunAt: NOW + 300_000,
        conditions: { afterUnknown },
      })
    expect(told(look('ask', false))).toMatchObject({ transition: 46, parts: ['needs_attention'] })
    expect(told(look('repeat_once', true)).parts).toEqual(['needs_attention'])
    const repeated = look('repeat_once', false)
    expect(told(repeated)).toMatchObject({ transition: 46, parts: ['waiting'] })
    expect(partOf(repeated.publication).attempts[0]).toMatchObject({ overridden: true, verdict: null })
  })

  test.each(['unknown', 'needs_attention', 'waiting', 'given_up'] as const)(
    'transition 47: a stale `published` publishes a part that is %s',
    (state) => {
      const publication = publishing({ state, attempts: [sampleAttempt({ overridden: state === 'waiting' })] })
      const change = changed(answer(publication, { kind: 'published', externalId: 'x' }, LISTING))
      expect(partOf(change.publication)).toMatchObject({ state: 'published', externalId: 'x' })
      expect(change.transition).toBe(47)
    },
  )

  test('transition 48: a stale refusal or `not sent` counts when no other attempt is open', () => {
    const outcomes = [
      ['refused', { kind: 'refused', reason }],
      ['waiting', notSent],
    ] as const
    for (const [state, outcome] of outcomes) {
      for (const publication of [doubtful(), asking()])
        expect(told(changed(answer(publication, outcome, LISTING)))).toMatchObject({ transition: 48, parts: [state] })
      const two = doubtful({ attempts: [sampleAttempt(), sampleAttempt({ number: 2 })] })
      expect(told(changed(answer(two, outcome, LISTING))).parts).toEqual(['unknown'])
    }
  })

  test.each(['unknown', 'needs_attention', 'waiting'] as const)(
    'transition 49: a stale `processing` moves a part that is %s',
    (state) => {
      const publication = publishing({ state, attempts: [sampleAttempt({ overridden: state === 'waiting' })] })
      const change = changed(answer(publication, working, PROCESSING))
      expect(told(change)).toMatchObject({ transition: 49, parts: ['processing'] })
    },
  )

  const inProcess = publishing({
    state: 'processing',
    handle: 'task',
    handleDeadlineAt: NOW,
    slowRaised: true,
    nextLookAt: NOW,
    attempts: [sampleAttempt({ outcome: 'processing', handle: 'task' })],
  })
  const ask = (said: Parameters<typeof recordAsked>[2]['answer']) =>
    changed(recordAsked(inProcess, NOW, { part: 0, handle: 'task', answer: said, abilities: PROCESSING }))

  test('transition 50: processing ends as published, refused or waiting', () => {
    expect(told(ask({ status: 'published', externalId: 'x' }))).toMatchObject({ transition: 50, parts: ['published'] })
    expect(told(ask({ status: 'refused', reason }))).toMatchObject({ transition: 50, parts: ['refused'] })
    expect(told(ask({ status: 'prepare_again' }))).toMatchObject({ transition: 50, parts: ['waiting'] })
  })

  test('transition 51: past its deadline processing says so once and is asked on', () => {
    const fresh = { ...inProcess, parts: [{ ...partOf(inProcess), slowRaised: false }] }
    const change = follow(fresh, withAbilities(PROCESSING))
    expect(told(change)).toMatchObject({ transition: 51, parts: ['processing'] })
    expect(change.events.map(({ type }) => type)).toContain('publication.slow')
    expect(nextStep(change.publication, withAbilities(PROCESSING), NOW).do).toBe('ask')
  })

  test('transition 52: a forgotten handle makes the part unknown', () => {
    expect(told(ask({ status: 'forgotten' }))).toMatchObject({ transition: 52, parts: ['unknown'] })
  })

  test('transition 53: any evidence ends needs_attention', () => {
    const result = (evidence: Parameters<typeof seen>[1]) => told(seen(asking(), evidence, CONTAINER))
    expect(result({ status: 'found', externalId: 'x' })).toMatchObject({ transition: 53, parts: ['published'] })
    expect(result({ status: 'ended' })).toMatchObject({ transition: 53, parts: ['waiting'] })
    expect(result({ status: 'refused', reason })).toMatchObject({ transition: 53, parts: ['refused'] })
  })

  test('transition 54: a person confirms', () => {
    const change = changed(confirm(asking(), NOW, 'ann', { externalId: 'x' }).change)
    expect(told(change)).toMatchObject({ transition: 54, publication: 'published' })
    expect(change.events.every(({ by }) => by === 'ann')).toBe(true)
    expect(confirm(doubtful(), NOW, 'ann', { externalId: 'x' }).refused?.code).toBe('not_allowed')
  })

  test('transition 55: a person sends again; not while a handle is alive', () => {
    const change = changed(retry(asking(), NOW, 'ann').change)
    expect(told(change)).toMatchObject({ transition: 55, parts: ['waiting'] })
    expect(partOf(change.publication).attempts[0]).toMatchObject({ overridden: true, verdict: null })
    const alive = asking({
      attempts: [sampleAttempt({ evidence: [{ at: NOW, kind: 'unused', looked: null }], uploadsExpireAt: NOW + 1 })],
    })
    expect(retry(alive, NOW, 'ann').refused?.code).toBe('handle_alive')
    expect(retry(alive, NOW + 1, 'ann').change).toBeDefined()
  })

  test('transition 56: a person gives up; incomplete beside a live part', () => {
    expect(told(changed(giveUp(asking(), NOW, 'ann').change))).toMatchObject({
      transition: 56,
      publication: 'given_up',
      parts: ['given_up'],
    })
    const thread = samplePublication({
      state: 'needs_attention',
      parts: [livePart(), secondPart({ state: 'needs_attention', attempts: [sampleAttempt()] })],
    })
    expect(told(changed(giveUp(thread, NOW, 'ann').change)).publication).toBe('incomplete')
    const alive = asking({ attempts: [sampleAttempt({ evidence: [{ at: NOW, kind: 'unused', looked: null }] })] })
    expect(giveUp(alive, NOW, 'ann').refused?.code).toBe('handle_alive')
  })

  test('transition 57: an id that is seen later is bound, unless it may be a rival’s', () => {
    const publication = samplePublication({
      state: 'published',
      parts: [livePart({ externalId: null, nextLookAt: NOW })],
    })
    const bind = (rivals: number) => seen(publication, { status: 'found', externalId: 'x' }, LISTING, { rivals })
    expect(bind(0).transition).toBe(57)
    expect(partOf(bind(0).publication).externalId).toBe('x')
    expect(partOf(bind(1).publication).externalId).toBeNull()
  })

  test('transition 58: gone is removed, once all parts are', () => {
    const publication = samplePublication({ state: 'published', parts: [livePart(), livePart({ index: 1 })] })
    const first = changed(recordRemoved(publication, { part: 1, by: 'us' }))
    expect(told(first)).toEqual({ transition: 58, publication: 'published', parts: ['published', 'removed'] })
    const last = changed(recordRemoved(first.publication, { part: 0, by: 'author' }))
    expect(last.publication).toMatchObject({ state: 'removed', removedBy: 'author' })
  })

  test('a move is not carried out where its attempt is no longer in flight', () => {
    const move = { kind: 'lease_over', part: 0, attempt: 1 } as const
    expect(applyMove(doubtful(), NOW, { move, abilities: LISTING })).toBeNull()
  })
})
