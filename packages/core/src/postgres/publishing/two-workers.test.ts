import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Hold } from '../../model/hold.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import { toChange } from '../../publishing/change.ts'
import { reschedule, type Verdict } from '../../publishing/commands.ts'
import type { BegunAttempt, PublicationKey, PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database } from '../database.ts'
import { openTestStore } from '../testing/open-test-store.ts'
import { createTestIds, type SeededAccount, seedAccount, seedPublication, toAttemptInput } from '../testing/seed.ts'
import type { TestClock } from '../testing/test-clock.ts'
import { createPostgresPublishingStore } from './postgres-publishing-store.ts'

const HOUR_MS = 3_600_000

eachDatabase('two at once', (open) => {
  const createId = createTestIds()
  let opened: TestDatabase
  let database: Database
  let clock: TestClock
  let store: PublishingStore
  let account: SeededAccount
  let now: number

  beforeAll(async () => {
    opened = await open()
    ;({ database, clock } = await openTestStore(opened.source))
    store = createPostgresPublishingStore(database)
  })
  afterAll(() => opened.close())
  beforeEach(async () => {
    account = await seedAccount(database, createId)
    now = await clock.read()
  })

  const seed = (dueAt: number) => seedPublication(database, createId, account, { dueAt })
  const keyOf = ({ agencyId, id }: PublicationRecord): PublicationKey => ({ agencyId, publicationId: id })
  /** Claims now; what it returns runs S2. */
  const claim = async (publication: PublicationRecord): Promise<() => Promise<BegunAttempt | null>> => {
    const claimed = await store.claim(keyOf(publication), 'test', 60_000)
    if (!claimed || 'busyForMs' in claimed) throw new Error('not claimed')
    const { key, fence } = claimed
    const { version, revision } = claimed.publication
    const attempt = toAttemptInput(createId('attempt'))
    return () =>
      store.beginAttempt({ key, fence, version, revision, partIndex: 0, from: 'waiting', attempt, deadlineMs: 45_000 })
  }

  test('of the late posts of an account one goes out, the other keeps its distance', async () => {
    for (let round = 0; round < 5; round += 1) {
      account = await seedAccount(database, createId)
      const late = [await seed(now - HOUR_MS), await seed(now - HOUR_MS)]
      const begins = [await claim(late[0] as PublicationRecord), await claim(late[1] as PublicationRecord)]
      const begun = await Promise.all(begins.map((begin) => begin()))
      expect(begun.filter((attempt) => attempt !== null)).toHaveLength(1)
    }
  })

  test('of late posts that are claimed together the one that was due first goes out, whichever asks first', async () => {
    account = await seedAccount(database, createId)
    const [second, first] = [await seed(now - HOUR_MS), await seed(now - 2 * HOUR_MS)]
    const begins = [await claim(second), await claim(first)]
    const begun = [await begins[0]?.(), await begins[1]?.()]
    expect(begun).toEqual([null, expect.objectContaining({ number: 1 })])
  })

  test('a late post is kept back by an earlier one that takes its turn, and not by one that is held or does not take it', async () => {
    account = await seedAccount(database, createId)
    const [second, first] = [await seed(now - HOUR_MS), await seed(now - 2 * HOUR_MS)]
    const hold = async (publication: PublicationRecord, reason: Hold['reason'], until: number | null) =>
      store.change(keyOf(publication), {}, (before) =>
        toChange(before, { ...before, hold: { reason, scope: 'account', message: reason, until } }),
      )
    /** Until when the second one waits, from now. */
    const readWait = async () => {
      const claimed = await store.claim(keyOf(second), 'test', 60_000)
      if (!claimed || 'busyForMs' in claimed) throw new Error('not claimed')
      await store.change(claimed.key, { release: claimed.fence }, (before) => toChange(before, before))
      return Math.max(0, claimed.conditions.spacedUntil - now)
    }
    expect(await readWait()).toBe(120_000)
    await hold(first, 'budget', null)
    expect(await readWait()).toBe(0)
    await hold(first, 'rate_limited', now + 1)
    expect(await readWait()).toBe(0)
    await hold(first, 'rate_limited', now)
    expect(await readWait()).toBe(120_000)
    await hold(first, 'paused', null)
    expect(await readWait()).toBe(120_000)
    await hold(second, 'spacing', now)
    expect(await readWait()).toBe(0)
    await hold(first, 'spacing', now)
    expect(await readWait()).toBe(120_000)
    await hold(first, 'spacing', now - 120_000)
    expect(await readWait()).toBe(0)
  })

  test('what is on time is not delayed', async () => {
    const onTime = [await seed(now), await seed(now)]
    const begins = [await claim(onTime[0] as PublicationRecord), await claim(onTime[1] as PublicationRecord)]
    const begun = await Promise.all(begins.map((begin) => begin()))
    expect(begun.filter((attempt) => attempt !== null)).toHaveLength(2)
  })

  test('a reschedule comes before S2 and stops it, or after it and is too late', async () => {
    for (let round = 0; round < 10; round += 1) {
      const publication = await seed(now)
      const key = keyOf(publication)
      const begin = await claim(publication)
      const time = { dueAt: now + HOUR_MS, latestBy: now + 7 * HOUR_MS }
      let verdict: Verdict | undefined
      const move = () =>
        store.change(key, {}, (current, at) => {
          verdict = reschedule(current, at, 'ann', time)
          return verdict.change ?? null
        })
      const both = round % 2 === 0 ? [begin(), move()] : [move(), begin()]
      const results = await Promise.all(both)
      const begun = results[round % 2]
      let dueAt = 0
      await store.change(key, {}, (current) => {
        dueAt = current.dueAt
        return null
      })
      expect([begun === null, verdict?.refused?.code, dueAt]).toEqual(
        begun === null ? [true, undefined, time.dueAt] : [false, 'too_late', now],
      )
    }
  })
})
