import { describe, expect, test } from 'vitest'
import type { PartRecord } from '../../model/publication.ts'
import { applyMove } from '../apply-move.ts'
import { toBegunAttempt } from '../begin-attempt.ts'
import { confirm, giveUp, retry } from '../commands.ts'
import { nextStep } from '../next-step.ts'
import { recordAsked } from '../record-asked.ts'
import { recordLook } from '../record-look.ts'
import { recordLookFailed } from '../record-look-failed.ts'
import { recordRemoved } from '../record-preparation.ts'
import { answer, changed, follow, partOf, seen, told } from './drive.ts'
import {
  asking,
  CONDITIONS,
  CONTAINER,
  canceledNow,
  closed,
  doubtful,
  HOUR_MS,
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
  samplePublication,
  secondPart,
  withAbilities,
  working,
} from './sample-records.ts'

describe('a part in doubt, and what shows what became of it', () => {
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

  test('transition 40: beside a live part, what is lost ten times in a run asks a person', () => {
    const lost = (count: number, run: number) => [
      ...Array.from({ length: count }, (_, index) => closed('absent', { number: index + 1, run: 1 })),
      sampleAttempt({ number: count + 1, run }),
    ]
    const end = (count: number, parts: readonly PartRecord[], run = 1) =>
      partOf(
        changed(
          recordLook(samplePublication({ state: 'publishing', parts, run }), NOW, {
            part: 1,
            begunAt: NOW,
            looks: [{ attemptId: `attempt-${count + 1}`, evidence: { status: 'ended' }, rivals: 0 }],
            abilities: CONTAINER,
            conditions: CONDITIONS,
          }),
        ).publication,
        1,
      ).state
    const second = (count: number, run = 1) => secondPart({ state: 'unknown', attempts: lost(count, run) })
    expect(end(8, [livePart(), second(8)])).toBe('waiting')
    expect(end(9, [livePart(), second(9)])).toBe('needs_attention')
    expect(end(9, [livePart(), second(9, 2)], 2)).toBe('waiting')
    expect(end(9, [livePart({ state: 'removed' }), second(9)])).toBe('waiting')
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

  test('transition 41: of a handle that was repeated only the newest write can be unused: what an earlier one waited for says nothing of it', () => {
    const two = doubtful({ preparation: prepared(), attempts: [sampleAttempt(), sampleAttempt({ number: 2 })] })
    expect(told(seen(two, { status: 'unused' }, CONTAINER, { attempt: 1 })).transition).toBe(44)
    expect(told(seen(two, { status: 'unused' }, CONTAINER, { attempt: 2 })).transition).toBe(41)
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
      ['waiting', NOT_SENT],
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

  test('transition 50: a post that the platform took before it blocked the account holds the account', () => {
    const block = { scope: 'account', until: NOW + HOUR_MS, message: 'Blocked as spam.' } as const
    const change = ask({ status: 'published', externalId: 'x', block })
    expect(told(change)).toMatchObject({ transition: 50, parts: ['published'] })
    const hold = { reason: 'account_blocked', ...block }
    expect(change.sharedHolds).toEqual([{ scope: 'account', hold }])
  })

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
    expect(bind(0).events).toMatchObject([{ type: 'publication.part_identified', details: { externalId: 'x' } }])
    expect(partOf(bind(0).publication).externalId).toBe('x')
    expect(partOf(bind(1).publication).externalId).toBeNull()
  })

  test('transition 57: a part that asked because that id was missing goes on by itself', () => {
    const code = 'parent_id'
    const orphan = secondPart({ state: 'needs_attention', reason: { code, message: '' }, parentWaitSince: NOW - 1 })
    const nameless = livePart({ externalId: null, nextLookAt: NOW })
    const thread = samplePublication({ state: 'needs_attention', parts: [nameless, orphan] })
    const { publication } = seen(thread, { status: 'found', externalId: 'x' }, LISTING)
    expect(publication).toMatchObject({ state: 'publishing', reason: null })
    expect(publication.parts[1]).toMatchObject({ state: 'waiting', reason: null, parentWaitSince: null })
    expect(nextStep(publication, withAbilities(LISTING), NOW)).toEqual({ do: 'publish', part: 1, from: 'waiting' })
    const other = { ...thread, parts: [nameless, { ...orphan, reason: { code: 'not_accepted', message: '' } }] }
    expect(seen(other, { status: 'found', externalId: 'x' }, LISTING).publication.state).toBe('needs_attention')
    const unnamed = seen({ ...thread, parts: [{ ...nameless }, orphan] }, { status: 'not_yet', looked: '' }, LISTING)
    expect(unnamed.publication.state).toBe('needs_attention')
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
