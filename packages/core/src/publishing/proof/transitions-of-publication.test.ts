import { describe, expect, test } from 'vitest'
import { toBegunAttempt } from '../begin-attempt.ts'
import { approve, cancel, edit, reschedule, retry, submit } from '../commands.ts'
import { nextStep } from '../next-step.ts'
import type { AttemptOutcome } from '../record-outcome.ts'
import { recordPreparation, recordStepFailure } from '../record-preparation.ts'
import { answer, changed, follow, partOf, seen, told } from './drive.ts'
import {
  asking,
  CONDITIONS,
  CONTAINER,
  canceledNow,
  closed,
  doubtful,
  HOUR_MS,
  inFlight,
  LISTING,
  livePart,
  NOW,
  overridden,
  prepared,
  publishing,
  reason,
  sampleAttempt,
  sampleBegin,
  samplePart,
  samplePublication,
  secondPart,
  withAbilities,
} from './sample-records.ts'

const edited = { revision: 2, revisionHash: 'hash-2', leadMs: 30_000, parts: [samplePart({ fingerprint: 'print-2' })] }
const time = { dueAt: NOW + HOUR_MS, latestBy: NOW + 2 * HOUR_MS }

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

  test.each([
    ['refused', ['retry']],
    ['missed', ['retry']],
    ['canceled', []],
    ['removed', []],
    ['given_up', []],
  ] as const)('an edit of what is %s offers %j: only what can be sent again is', (state, offers) => {
    const publication = samplePublication({ state })
    expect(edit(publication, NOW, 'ann', edited).refused).toMatchObject({ code: 'not_allowed', offers })
    expect(retry(publication, NOW, 'ann').change !== undefined).toBe(offers.length > 0)
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

  test.each([
    ['edited', edit(samplePublication(), NOW, 'ann', edited).change, { from: 1, to: edited.revision }],
    ['rescheduled', reschedule(samplePublication(), NOW, 'ann', time).change, { from: NOW, to: time.dueAt }],
    ['approved', approve(samplePublication({ approval: 'required' }), NOW, 'ann', 'hash-1').change, { revision: 1 }],
    [
      'cancel_requested',
      cancel(publishing({ state: 'publishing', attempts: [inFlight()] }), NOW, 'ann', false).change,
      undefined,
    ],
  ])('a command is told with who gave it, also where no state changes: %s', (name, change, details) => {
    expect(changed(change).events).toEqual([{ type: `publication.${name}`, by: 'ann', ...(details && { details }) }])
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
