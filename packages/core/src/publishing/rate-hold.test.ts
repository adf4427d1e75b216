import { describe, expect, test } from 'vitest'
import type { RateWindow } from '../platform/rate-window.ts'
import { nextStep } from './next-step.ts'
import { noteRateWindows, selectStorable } from './note-rate-windows.ts'
import {
  CONDITIONS,
  HOUR_MS,
  LISTING,
  NOW,
  sampleAttempt,
  samplePart,
  samplePublication,
} from './proof/sample-records.ts'
import type { PublishingStore } from './publishing-store.ts'
import { afterAnswer, findRateHold, type UsedUpWindow } from './rate-hold.ts'

const window = (changes: Partial<UsedUpWindow> = {}): UsedUpWindow => ({
  name: 'POST /2/tweets',
  scope: 'account',
  limit: 100,
  operations: ['publish'],
  endsAt: NOW + HOUR_MS,
  ...changes,
})
const answered = (changes: Partial<RateWindow> = {}): RateWindow => ({
  name: 'POST /2/tweets',
  scope: 'account',
  limit: 100,
  remaining: 0,
  resetAt: NOW + HOUR_MS,
  ...changes,
})

describe('what is known to be refused', () => {
  test('is what the window is for; one that names nothing is for every call', () => {
    expect(findRateHold([window()], 'publish', NOW)).toEqual({
      reason: 'rate_limited',
      scope: 'account',
      until: NOW + HOUR_MS,
      message: `The platform's allowance of this account is used up: 100 of 100 (POST /2/tweets). It goes on at ${new Date(NOW + HOUR_MS).toISOString()}.`,
    })
    expect(findRateHold([window()], 'look', NOW)).toBeNull()
    expect(findRateHold([window({ operations: null })], 'look', NOW)).not.toBeNull()
    expect(findRateHold([window({ operations: [] })], 'publish', NOW)).toBeNull()
  })

  test('ends with the longest window', () => {
    const day = window({ scope: 'app', endsAt: NOW + 24 * HOUR_MS })
    expect(findRateHold([window(), day], 'publish', NOW)).toMatchObject({ scope: 'app', until: NOW + 24 * HOUR_MS })
    expect(findRateHold([window()], 'publish', NOW + HOUR_MS)).toBeNull()
  })

  test('is what the newest answer says', () => {
    expect(afterAnswer([window()], [answered({ remaining: 1 })], NOW)).toEqual([])
    expect(afterAnswer([window()], [answered({ scope: 'app', remaining: 1 })], NOW)).toEqual([window()])
    const [used] = afterAnswer([], [answered()], NOW)
    expect(used).toMatchObject({ operations: null, endsAt: NOW + HOUR_MS + 2_000 })
  })
})

describe('what answers say about limits', () => {
  test('is stored once for each window, and not what no platform can mean', () => {
    const senseless = [
      { resetAt: Number.NaN },
      { resetAt: Number.MAX_SAFE_INTEGER },
      { limit: Number.POSITIVE_INFINITY },
    ]
    const noted = [answered({ remaining: 5 }), answered({ remaining: 4 }), ...senseless.map((one) => answered(one))]
    expect(selectStorable(noted.slice(0, 2), NOW)).toEqual([answered({ remaining: 4 })])
    for (const one of noted.slice(2)) expect(selectStorable([one], NOW)).toEqual([])
  })

  test('goes with the change that follows, which is decided with it, and is kept when that change fails', async () => {
    const publication = samplePublication()
    const seen: unknown[] = []
    let fails = true
    const change: PublishingStore['change'] = async (_key, _guard, transition) => {
      const made = transition(publication, NOW, CONDITIONS)
      if (fails) throw new Error('the database is away')
      seen.push(made?.rateWindows)
      return made?.publication ?? null
    }
    const { note, store } = noteRateWindows({ change } as unknown as PublishingStore)
    const key = { agencyId: publication.agencyId, publicationId: publication.id }
    const transition: Parameters<PublishingStore['change']>[2] = (current, _now, { windows }) => {
      seen.push(windows.length)
      return { publication: current, events: [], wakeAt: null }
    }
    note([answered()])
    await expect(store.change(key, {}, transition)).rejects.toThrow('away')
    fails = false
    await store.change(key, {}, transition)
    await store.change(key, {}, transition)
    expect(seen).toEqual([1, 1, [answered()], 0, undefined])
  })
})

describe('a step that is known to be refused', () => {
  const conditionsWith = (...windows: readonly UsedUpWindow[]) => ({ ...CONDITIONS, abilities: LISTING, windows })

  test('waits for the reset with a reason, at most until latestBy', () => {
    const due = samplePublication({ state: 'ready', dueAt: NOW, latestBy: NOW + 6 * HOUR_MS })
    expect(nextStep(due, conditionsWith(window()), NOW)).toMatchObject({
      do: 'wait',
      until: NOW + HOUR_MS,
      hold: { reason: 'rate_limited', until: NOW + HOUR_MS },
    })
    const long = window({ endsAt: NOW + 24 * HOUR_MS })
    expect(nextStep(due, conditionsWith(long), NOW)).toMatchObject({ do: 'wait', until: NOW + 6 * HOUR_MS })
    expect(nextStep(due, conditionsWith(window({ operations: ['prepare', 'look'] })), NOW).do).toBe('publish')
  })

  test('is no look while only publishing is used up, and looking waits no longer than looks may fail', () => {
    const attempt = sampleAttempt({ outcome: 'unknown', endedAt: NOW - 60_000 })
    const unknown = samplePublication({
      state: 'publishing',
      parts: [samplePart({ state: 'unknown', attempts: [attempt], nextLookAt: NOW })],
    })
    expect(nextStep(unknown, conditionsWith(window()), NOW).do).toBe('look')
    const looks = window({ operations: ['look'], endsAt: NOW + 72 * HOUR_MS })
    const until = NOW - 60_000 + 24 * HOUR_MS
    expect(nextStep(unknown, conditionsWith(looks), NOW)).toMatchObject({ do: 'wait', until })
    expect(nextStep(unknown, conditionsWith(looks), until).do).toBe('look')
  })

  test('is a removal, too', () => {
    const live = samplePublication({
      state: 'published',
      removeRequestedAt: NOW,
      parts: [samplePart({ state: 'published', externalId: '1', url: 'https://example.com/1' })],
    })
    const removing = { ...conditionsWith(window({ operations: ['remove'] })), abilities: { ...LISTING, removes: true } }
    expect(nextStep(live, removing, NOW)).toMatchObject({ do: 'wait', until: NOW + HOUR_MS })
  })
})
