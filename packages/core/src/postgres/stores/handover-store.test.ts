import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HandoverStore } from '../../engine/handover-store.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import { toChange } from '../../publishing/change.ts'
import { keyOf, leaseMs, usePublishingStore } from '../testing/use-publishing-store.test-support.ts'
import { createPostgresHandoverStore } from './handover-store.ts'
import { createPostgresRenewalStore } from './renewal-store.ts'

const day = 86_400_000
const soon = { dueWithinMs: 60_000, limit: 10, leaseMs: 10_000 }

eachDatabase('what a durable engine is told', (open) => {
  const given = usePublishingStore(open)
  let store: HandoverStore
  let publication: PublicationRecord
  beforeAll(() => {
    store = createPostgresHandoverStore(given.database)
  })
  beforeEach(async () => {
    publication = await given.seed({ dueAt: given.now + 30_000 })
  })
  // What a test left is nobody's work any more.
  afterEach(async () => {
    await given.opened.admin('update ofm.work set run_at = null')
    await given.opened.admin('delete from ofm.connection_due')
  })

  const wake = (wakeAt: number | null, run = publication.run) =>
    given.store.change(keyOf(publication), {}, (before) => toChange(before, { ...before, run }, { wakeAt }))
  const ids = async (options = soon) => (await store.take(options)).map(({ publicationId }) => publicationId)

  test('is what is due within the time, once', async () => {
    expect(await store.take({ ...soon, dueWithinMs: 29_000 })).toEqual([])
    const [handover] = await store.take(soon)
    expect(handover).toMatchObject({
      publicationId: publication.id,
      platform: 'x',
      run: 1,
      dueInMs: 30_000,
      known: false,
    })
    expect(await ids()).toEqual([])
    await store.settle(handover ? [handover] : [])
    await given.clock.advance(20_000)
    expect(await ids()).toEqual([])
  })

  test('comes again when nobody says that it was told, or when it is given back', async () => {
    expect(await ids()).toEqual([publication.id])
    await given.clock.advance(10_000)
    expect(await ids()).toEqual([publication.id])
    await store.giveBack([{ publicationId: publication.id }])
    expect(await ids()).toEqual([publication.id])
  })

  test('is told again at once when its time or its run changes, also while it is being told', async () => {
    const taken = await store.take(soon)
    await wake(0, 2)
    await store.settle(taken)
    const [again] = await store.take(soon)
    expect(again).toMatchObject({ publicationId: publication.id, run: 2, dueInMs: 0, known: false })
    await store.settle(again ? [again] : [])
    await given.clock.advance(1)
    await wake(0)
    expect(await store.take(soon)).toMatchObject([{ publicationId: publication.id, known: true }])
  })

  test('is not what somebody works on this moment', async () => {
    await given.claim(publication)
    expect(await ids()).toEqual([])
    await given.clock.advance(leaseMs)
    expect(await ids()).toEqual([publication.id])
  })

  test('is not what was given back a moment ago: who did that looks at it next, or says that he does not', async () => {
    const step = async () => {
      const { key, fence } = await given.claim(publication)
      await given.store.change(key, { fence, release: fence }, (before) => toChange(before, before))
      return fence
    }
    const fence = await step()
    expect(await given.store.renew(keyOf(publication), { fence, leaseMs })).toBe(false)
    await given.clock.advance(999)
    expect(await ids()).toEqual([])
    await given.clock.advance(1)
    expect(await ids()).toEqual([publication.id])
    await store.giveBack([{ publicationId: publication.id }])
    await step()
    expect(await store.keep(publication.id, 60_000)).toBe(0)
    expect(await ids()).toEqual([])
    await given.clock.advance(1)
    await wake(0)
    expect(await ids()).toEqual([publication.id])
  })

  test('is at once what a person changes right after its last step', async () => {
    const { key, fence } = await given.claim(publication)
    await given.store.change(key, { release: fence }, (before) => toChange(before, before, { wakeAt: 'done' }))
    expect(await ids()).toEqual([])
    await wake(0)
    expect(await ids()).toEqual([publication.id])
  })

  test('a lease of one’s own is ended, another’s and a later one is not', async () => {
    const claim = (owner: string) => given.store.claim(keyOf(publication), { owner, leaseMs })
    await claim('one')
    expect(await store.free(publication.id, 'another')).toBe(false)
    expect(await claim('another')).toMatchObject({ busyForMs: leaseMs })
    expect(await store.free(publication.id, 'one')).toBe(true)
    expect(await store.free(publication.id, 'one')).toBe(false)
    expect(await claim('another')).toMatchObject({ fence: 2 })
  })

  test('who has just looked keeps what is due soon, and lets go of the rest', async () => {
    expect(await store.keep(publication.id, 60_000)).toBe(30_000)
    expect(await ids()).toEqual([])
    expect(await store.keep(publication.id, 10_000)).toBeNull()
    expect(await ids()).toEqual([publication.id])
    await wake(null)
    expect(await store.keep(publication.id, 60_000)).toBeNull()
    expect(await ids()).toEqual([])
  })

  test('is reclaimed when it was told long ago and is overdue all the same', async () => {
    await store.keep(publication.id, 60_000)
    await given.clock.advance(90_000)
    const overdue = { overdueMs: 60_000, toldAgoMs: 60_000, limit: 10 }
    expect(await store.reclaim({ ...overdue, overdueMs: 61_000 })).toBe(0)
    expect(await store.reclaim({ ...overdue, toldAgoMs: 91_000 })).toBe(0)
    expect(await store.reclaim(overdue)).toBe(1)
    expect(await ids()).toEqual([publication.id])
  })

  test('a permission is due for renewal before it ends, and not again until it was renewed or some time has passed', async () => {
    const { agencyId, accountId } = given.account
    const renewals = createPostgresRenewalStore(given.database)
    const take = () => renewals.take({ limit: 10, retryAfterMs: 60_000 })
    const live = (lifeMs: number) =>
      given.run(sql`
        update ofm.connection set key_id = 'k', access_box = 'x', obtained_at = ofm.now(),
          expires_at = ofm.now() + ${lifeMs}::double precision * interval '1 ms'
        where agency_id = ${agencyId} and account_id = ${accountId}`)
    await live(10 * day)
    await given.clock.advance(8 * day - 1)
    expect(await take()).toEqual([])
    await given.clock.advance(1)
    expect(await take()).toEqual([{ agencyId, accountId }])
    expect(await take()).toEqual([])
    await given.clock.advance(60_000)
    expect(await take()).toHaveLength(1)
    await live(7_200_000)
    await given.clock.advance(day - 1)
    expect(await take()).toEqual([])
    await given.clock.advance(1)
    expect(await take()).toHaveLength(1)
    await given.opened.admin("update ofm.connection set state = 'disconnected'")
    await given.clock.advance(day)
    expect(await take()).toEqual([])
  })
})
