import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { HandoverStore } from '../../engine/handover-store.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import { toChange } from '../../publishing/change.ts'
import type { PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database } from '../database.ts'
import { createPostgresPublishingStore } from '../publishing/postgres-publishing-store.ts'
import { openTestStore } from '../testing/open-test-store.ts'
import { createTestIds, type SeededAccount, seedAccount, seedPublication } from '../testing/seed.ts'
import type { TestClock } from '../testing/test-clock.ts'
import { createPostgresHandoverStore } from './handover-store.ts'
import { createPostgresRenewalStore } from './renewal-store.ts'

const day = 86_400_000
const soon = { dueWithinMs: 60_000, limit: 10, leaseMs: 10_000 }

eachDatabase('what a durable engine is told', (open) => {
  const createId = createTestIds()
  let opened: TestDatabase
  let database: Database
  let clock: TestClock
  let publishing: PublishingStore
  let store: HandoverStore
  let account: SeededAccount
  let publication: PublicationRecord

  beforeAll(async () => {
    opened = await open()
    ;({ database, clock } = await openTestStore(opened.source))
    publishing = createPostgresPublishingStore(database)
    store = createPostgresHandoverStore(database)
  })
  afterAll(() => opened.close())
  beforeEach(async () => {
    // What an earlier test left is nobody's work any more.
    await opened.admin('update ofm.work set run_at = null')
    await opened.admin('delete from ofm.connection_due')
    account = await seedAccount(database, createId)
    publication = await seedPublication(database, createId, account, { dueAt: (await clock.read()) + 30_000 })
  })

  const wake = (wakeAt: number | null, run = publication.run) =>
    publishing.change({ agencyId: account.agencyId, publicationId: publication.id }, {}, (before) =>
      toChange(before, { ...before, run }, { wakeAt }),
    )
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
    await clock.advance(20_000)
    expect(await ids()).toEqual([])
  })

  test('comes again when nobody says that it was told, or when it is given back', async () => {
    expect(await ids()).toEqual([publication.id])
    await clock.advance(10_000)
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
    await clock.advance(1)
    await wake(0)
    expect(await store.take(soon)).toMatchObject([{ publicationId: publication.id, known: true }])
  })

  test('is not what somebody works on this moment', async () => {
    await publishing.claim(
      { agencyId: account.agencyId, publicationId: publication.id },
      { owner: 'test', leaseMs: 60_000 },
    )
    expect(await ids()).toEqual([])
    await clock.advance(60_000)
    expect(await ids()).toEqual([publication.id])
  })

  test('is not what was given back a moment ago: who did that looks at it next, or says that he does not', async () => {
    const key = { agencyId: account.agencyId, publicationId: publication.id }
    const step = async () => {
      const claim = await publishing.claim(key, { owner: 'test', leaseMs: 60_000 })
      if (!claim || 'busyForMs' in claim) throw new Error('not claimed')
      await publishing.change(key, { fence: claim.fence, release: claim.fence }, (before) => toChange(before, before))
      return claim.fence
    }
    const fence = await step()
    expect(await publishing.renew(key, { fence, leaseMs: 60_000 })).toBe(false)
    await clock.advance(999)
    expect(await ids()).toEqual([])
    await clock.advance(1)
    expect(await ids()).toEqual([publication.id])
    await store.giveBack([{ publicationId: publication.id }])
    await step()
    expect(await store.keep(publication.id, 60_000)).toBe(0)
    expect(await ids()).toEqual([])
    await clock.advance(1)
    await wake(0)
    expect(await ids()).toEqual([publication.id])
  })

  test('is at once what a person changes right after its last step', async () => {
    const key = { agencyId: account.agencyId, publicationId: publication.id }
    const claim = await publishing.claim(key, { owner: 'test', leaseMs: 60_000 })
    if (!claim || 'busyForMs' in claim) throw new Error('not claimed')
    await publishing.change(key, { release: claim.fence }, (before) => toChange(before, before, { wakeAt: 'done' }))
    expect(await ids()).toEqual([])
    await wake(0)
    expect(await ids()).toEqual([publication.id])
  })

  test('a lease of one’s own is ended, another’s and a later one is not', async () => {
    const key = { agencyId: account.agencyId, publicationId: publication.id }
    await publishing.claim(key, { owner: 'one', leaseMs: 60_000 })
    expect(await store.free(publication.id, 'another')).toBe(false)
    expect(await publishing.claim(key, { owner: 'another', leaseMs: 60_000 })).toMatchObject({ busyForMs: 60_000 })
    expect(await store.free(publication.id, 'one')).toBe(true)
    expect(await store.free(publication.id, 'one')).toBe(false)
    expect(await publishing.claim(key, { owner: 'another', leaseMs: 60_000 })).toMatchObject({ fence: 2 })
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
    await clock.advance(90_000)
    const overdue = { overdueMs: 60_000, toldAgoMs: 60_000, limit: 10 }
    expect(await store.reclaim({ ...overdue, overdueMs: 61_000 })).toBe(0)
    expect(await store.reclaim({ ...overdue, toldAgoMs: 91_000 })).toBe(0)
    expect(await store.reclaim(overdue)).toBe(1)
    expect(await ids()).toEqual([publication.id])
  })

  test('a permission is due for renewal before it ends, and not again until it was renewed or some time has passed', async () => {
    const renewals = createPostgresRenewalStore(database)
    const take = () => renewals.take({ limit: 10, retryAfterMs: 60_000 })
    const live = async (lifeMs: number) =>
      database.inScope(account, (tx) =>
        sql`
          update ofm.connection set key_id = 'k', access_box = 'x', obtained_at = ofm.now(),
            expires_at = ofm.now() + ${lifeMs}::double precision * interval '1 ms'
          where agency_id = ${account.agencyId} and account_id = ${account.accountId}`.execute(tx),
      )
    await live(10 * day)
    await clock.advance(8 * day - 1)
    expect(await take()).toEqual([])
    await clock.advance(1)
    expect(await take()).toEqual([{ agencyId: account.agencyId, accountId: account.accountId }])
    expect(await take()).toEqual([])
    await clock.advance(60_000)
    expect(await take()).toHaveLength(1)
    await live(7_200_000)
    await clock.advance(day - 1)
    expect(await take()).toEqual([])
    await clock.advance(1)
    expect(await take()).toHaveLength(1)
    await opened.admin("update ofm.connection set state = 'disconnected'")
    await clock.advance(day)
    expect(await take()).toEqual([])
  })
})
