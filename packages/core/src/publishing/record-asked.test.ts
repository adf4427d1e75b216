import { describe, expect, test } from 'vitest'
import type { PartRecord } from '../model/publication.ts'
import type { Abilities } from './abilities.ts'
import { nextStep } from './next-step.ts'
import { changed, partOf, seen, told } from './proof/drive.ts'
import {
  CONTAINER,
  doubtful,
  HOUR_MS,
  LISTING,
  livePart,
  NOW,
  PROCESSING,
  prepared,
  publishing,
  sampleAttempt,
  samplePublication,
  withAbilities,
} from './proof/sample-records.ts'
import { recordAsked } from './record-asked.ts'
import { recordLookFailed } from './record-look-failed.ts'
import { recordUrl } from './record-url.ts'

const DAY_MS = 24 * HOUR_MS
const reason = { code: 'bad_response', message: 'The platform answered with 500.' }
/** Only `readOutcome` can tell. */
const ASKING = { ...LISTING, finds: false, readsOutcome: true }
const processing = (changes: Parameters<typeof publishing>[0] = {}) =>
  publishing({
    state: 'processing',
    handle: 'h1',
    handleDeadlineAt: NOW + HOUR_MS,
    nextLookAt: NOW,
    attempts: [sampleAttempt({ outcome: 'processing', handle: 'h1' })],
    ...changes,
  })
const failed = (publication: ReturnType<typeof processing>, now = NOW) =>
  changed(recordLookFailed(publication, now, { part: 0, reason })).publication

describe('a platform that does not answer what became of a write', () => {
  test('holds the publication, and asks again with back-off', () => {
    const once = failed(processing())
    expect(once).toMatchObject({ state: 'publishing', hold: { reason: 'look_failing' } })
    expect(nextStep(once, withAbilities(ASKING), NOW)).toMatchObject({ do: 'wait', hold: { reason: 'look_failing' } })
    const { nextLookAt } = partOf(once)
    expect(nextStep(once, withAbilities(ASKING), nextLookAt ?? 0)).toMatchObject({ do: 'ask', handle: 'h1' })
  })

  test('becomes a question after a day, not before', () => {
    expect(failed(processing({ lookFailingSince: NOW - DAY_MS + 1 }))).toMatchObject({ state: 'publishing' })
    const asking = failed(processing({ lookFailingSince: NOW - DAY_MS }))
    expect(asking).toMatchObject({
      state: 'needs_attention',
      hold: null,
      reason: { code: 'outcome_unknown', message: expect.stringContaining('500') },
    })
  })

  test('is still asked while a person is, hourly, and an answer ends the question', () => {
    const asking = failed(processing({ lookFailingSince: NOW - DAY_MS }))
    const at = NOW + HOUR_MS
    expect(nextStep(asking, withAbilities(ASKING), at - 1)).toMatchObject({ do: 'wait', until: at })
    expect(nextStep(asking, withAbilities(ASKING), at)).toMatchObject({ do: 'ask', handle: 'h1' })
    const answer = (status: 'published' | 'processing') =>
      told(
        changed(
          recordAsked(asking, at, {
            part: 0,
            handle: 'h1',
            answer: status === 'published' ? { status, externalId: 'x' } : { status, pollAfterMs: 1_000 },
            abilities: ASKING,
          }),
        ),
      )
    expect(answer('published')).toMatchObject({ publication: 'published' })
    expect(answer('processing')).toMatchObject({ publication: 'publishing', parts: ['processing'] })
  })

  test('is looked for instead, where the platform can be looked at', () => {
    const asking = failed(processing({ lookFailingSince: NOW - DAY_MS }))
    expect(nextStep(asking, withAbilities(PROCESSING), NOW + HOUR_MS)).toMatchObject({ do: 'look' })
  })

  test('is left to the person in the end, also when every look fails', () => {
    let publication = failed(processing({ lookFailingSince: NOW - DAY_MS }))
    let asked = 0
    for (let at = partOf(publication).nextLookAt; at !== null; at = partOf(publication).nextLookAt) {
      publication = failed(publication, at)
      asked += 1
    }
    expect(publication.state).toBe('needs_attention')
    expect(asked).toBeLessThan(40)
    expect(nextStep(publication, withAbilities(ASKING), NOW + 30 * DAY_MS)).toMatchObject({ do: 'wait', until: null })
  })

  test('asks the creator to log in again, where it does not know the permission any more', () => {
    const gone = { code: 'reconnect', message: 'The creator removed the app.' }
    const change = changed(recordLookFailed(processing(), NOW, { part: 0, reason: gone }))
    expect(change).toMatchObject({ connection: gone, publication: { hold: { reason: 'connection' } } })
    expect(changed(recordLookFailed(processing(), NOW, { part: 0, reason }))).not.toHaveProperty('connection')
  })
})

test('a post in the listing that may be of another attempt asks, also where it could be repeated once', () => {
  const look = (rivals: number) =>
    seen(doubtful(), { status: 'found', externalId: 'x', looked: 'the listing' }, LISTING, {
      rivals,
      begunAt: NOW + 300_000,
      conditions: { afterUnknown: 'repeat_once' },
    })
  expect(told(look(1))).toMatchObject({ transition: 46, parts: ['needs_attention'] })
  expect(partOf(look(1).publication)).toMatchObject({
    repeatedOnce: false,
    reason: { code: 'outcome_unknown', message: expect.stringContaining('may belong to another publication') },
  })
  expect(told(look(0)).parts).toEqual(['published'])
})

test('a hold that outlasts a look is told once', () => {
  const open = { reason: 'handle_open', scope: 'post', until: NOW + DAY_MS, message: 'blocked' } as const
  const held = { ...doubtful({ preparation: prepared() }), hold: open }
  const change = seen(held, { status: 'unused' }, CONTAINER)
  expect(change.publication.hold).toEqual(open)
  expect(change.events).toEqual([])
})

describe('the address of a live part', () => {
  const WITH_ADDRESS = { ...LISTING, readsUrl: true }
  const ask = (part: PartRecord, url?: string, now = NOW) =>
    recordUrl(samplePublication({ state: 'published', parts: [part] }), now, { part: 0, url, abilities: WITH_ADDRESS })
  const stepOf = (part: PartRecord, abilities: Abilities = WITH_ADDRESS, now = NOW) =>
    nextStep(samplePublication({ state: 'published', parts: [part] }), withAbilities(abilities), now)

  test('is looked for at once where the platform can be asked, and where nothing else is open', () => {
    expect(stepOf(livePart())).toEqual({ do: 'look', part: 0 })
    expect(stepOf(livePart(), LISTING)).toEqual({ do: 'done' })
    expect(stepOf(livePart({ url: 'https://a.example' }))).toEqual({ do: 'done' })
    expect(stepOf(livePart({ state: 'removed' }))).toEqual({ do: 'done' })
  })

  test('is looked for hourly after the intervals, and given up after a week', () => {
    const looked = livePart({ looks: 4, attempts: [sampleAttempt({ outcome: 'closed', verdict: 'published' })] })
    const later = partOf(changed(ask(looked)).publication)
    expect(later).toMatchObject({ looks: 5, nextLookAt: NOW + HOUR_MS })
    expect(stepOf(later)).toMatchObject({ do: 'wait', until: NOW + HOUR_MS, hold: null })
    const last = partOf(changed(ask(looked, undefined, NOW + 8 * DAY_MS)).publication)
    expect(stepOf(last, WITH_ADDRESS, NOW + 8 * DAY_MS)).toEqual({ do: 'done' })
  })

  test('is told once; what was removed meanwhile stays without', () => {
    const { publication, events } = changed(ask(livePart(), 'https://a.example'))
    expect(events).toMatchObject([{ type: 'publication.part_identified', details: { url: 'https://a.example' } }])
    expect(ask(partOf(publication), 'https://b.example')).toBeNull()
    expect(ask(livePart({ state: 'removed' }), 'https://b.example')).toBeNull()
  })
})
