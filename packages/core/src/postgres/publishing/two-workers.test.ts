import { eachDatabase } from '@ofm-social/test-services'
import { expect, test } from 'vitest'
import type { Hold } from '../../model/hold.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import { toChange } from '../../publishing/change.ts'
import { reschedule, type Verdict } from '../../publishing/commands.ts'
import type { BegunAttempt } from '../../publishing/publishing-store.ts'
import { seedAccount } from '../testing/seed.ts'
import { keyOf, usePublishingStore } from '../testing/use-publishing-store.test-support.ts'

const HOUR_MS = 3_600_000

eachDatabase('two at once', (open) => {
  const given = usePublishingStore(open)

  const seed = (dueAt: number, owner = given.account) => given.seed({ dueAt }, owner)
  /** Claims now; what it returns runs S2. */
  const claim = async (publication: PublicationRecord): Promise<() => Promise<BegunAttempt | null>> => {
    const begin = given.toBegin(await given.claim(publication))
    return () => given.store.beginAttempt(begin)
  }

  test('of the late posts of an account one goes out, the other keeps its distance', async () => {
    for (let round = 0; round < 5; round += 1) {
      const owner = await seedAccount(given.database, given.createId)
      const late = [await seed(given.now - HOUR_MS, owner), await seed(given.now - HOUR_MS, owner)]
      const begins = [await claim(late[0] as PublicationRecord), await claim(late[1] as PublicationRecord)]
      const begun = await Promise.all(begins.map((begin) => begin()))
      expect(begun.filter((attempt) => attempt !== null)).toHaveLength(1)
    }
  })

  test('of late posts that are claimed together the one that was due first goes out, whichever asks first', async () => {
    const [second, first] = [await seed(given.now - HOUR_MS), await seed(given.now - 2 * HOUR_MS)]
    const begins = [await claim(second), await claim(first)]
    const begun = [await begins[0]?.(), await begins[1]?.()]
    expect(begun).toEqual([null, expect.objectContaining({ number: 1 })])
  })

  test('a late post is kept back by an earlier one that takes its turn, and not by one that is held or does not take it', async () => {
    const [second, first] = [await seed(given.now - HOUR_MS), await seed(given.now - 2 * HOUR_MS)]
    const hold = async (publication: PublicationRecord, reason: Hold['reason'], until: number | null) =>
      given.store.change(keyOf(publication), {}, (before) =>
        toChange(before, { ...before, hold: { reason, scope: 'account', message: reason, until } }),
      )
    /** Until when the second one waits, from given.now. */
    const readWait = async () => {
      const claimed = await given.claim(second)
      await given.store.change(claimed.key, { release: claimed.fence }, (before) => toChange(before, before))
      return Math.max(0, claimed.conditions.spacedUntil - given.now)
    }
    expect(await readWait()).toBe(120_000)
    await hold(first, 'budget', null)
    expect(await readWait()).toBe(0)
    await hold(first, 'rate_limited', given.now + 1)
    expect(await readWait()).toBe(0)
    await hold(first, 'rate_limited', given.now)
    expect(await readWait()).toBe(120_000)
    await hold(first, 'paused', null)
    expect(await readWait()).toBe(120_000)
    await hold(second, 'spacing', given.now)
    expect(await readWait()).toBe(0)
    await hold(first, 'spacing', given.now)
    expect(await readWait()).toBe(120_000)
    await hold(first, 'spacing', given.now - 120_000)
    expect(await readWait()).toBe(0)
  })

  test('what is on time is not delayed', async () => {
    const onTime = [await seed(given.now), await seed(given.now)]
    const begins = [await claim(onTime[0] as PublicationRecord), await claim(onTime[1] as PublicationRecord)]
    const begun = await Promise.all(begins.map((begin) => begin()))
    expect(begun.filter((attempt) => attempt !== null)).toHaveLength(2)
  })

  test('a reschedule comes before S2 and stops it, or after it and is too late', async () => {
    for (let round = 0; round < 10; round += 1) {
      const publication = await seed(given.now)
      const key = keyOf(publication)
      const begin = await claim(publication)
      const time = { dueAt: given.now + HOUR_MS, latestBy: given.now + 7 * HOUR_MS }
      let verdict: Verdict | undefined
      const move = () =>
        given.store.change(key, {}, (current, at) => {
          verdict = reschedule(current, at, 'ann', time)
          return verdict.change ?? null
        })
      const both = round % 2 === 0 ? [begin(), move()] : [move(), begin()]
      const results = await Promise.all(both)
      const begun = results[round % 2]
      let dueAt = 0
      await given.store.change(key, {}, (current) => {
        dueAt = current.dueAt
        return null
      })
      expect([begun === null, verdict?.refused?.code, dueAt]).toEqual(
        begun === null ? [true, undefined, time.dueAt] : [false, 'too_late', given.now],
      )
    }
  })
})
