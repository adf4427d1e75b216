import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { AgencyId } from '../../model/ids.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PauseKey, PauseStore } from '../../pauses/pause-store.ts'
import { toChange } from '../../publishing/change.ts'
import type { PublishingStore } from '../../publishing/publishing-store.ts'
import type { Database } from '../database.ts'
import { createPostgresPublishingStore } from '../publishing/postgres-publishing-store.ts'
import { openTestStore } from '../testing/open-test-store.ts'
import { createTestIds, type SeededAccount, seedAccount, seedPublication } from '../testing/seed.ts'
import type { TestClock } from '../testing/test-clock.ts'
import { createPostgresPauseStore } from './pause-store.ts'

const installation = '*' as AgencyId
const pause = { reason: 'breaking news', by: 'ada', until: null }

eachDatabase('switches', (open) => {
  const createId = createTestIds()
  let opened: TestDatabase
  let database: Database
  let clock: TestClock
  let publishing: PublishingStore
  let store: PauseStore
  let account: SeededAccount
  let publication: PublicationRecord
  let now: number

  beforeAll(async () => {
    opened = await open()
    ;({ database, clock } = await openTestStore(opened.source))
    publishing = createPostgresPublishingStore(database)
    store = createPostgresPauseStore(database)
  })
  afterAll(() => opened.close())
  beforeEach(async () => {
    account = await seedAccount(database, createId)
    now = await clock.read()
    publication = await seedPublication(database, createId, account, { dueAt: now })
  })

  /** Takes it, says why it waits, and gives it back until an event. */
  const look = async ({ id, agencyId }: PublicationRecord) => {
    const claim = await publishing.claim({ agencyId, publicationId: id }, { owner: 'test', leaseMs: 60_000 })
    if (!claim || 'busyForMs' in claim) throw new Error('not claimed')
    const [hold = null] = claim.conditions.holds
    await publishing.change(claim.key, { release: claim.fence }, (before) =>
      toChange(before, { ...before, hold }, { wakeAt: null }),
    )
    return {
      holds: claim.conditions.holds.map(({ reason, scope, message }) => [reason, scope, message]),
      spaced: claim.publication.spaced,
    }
  }
  /** What its history says of holds that ended; the outbox has the same. */
  const readResumed = async ({ id, agencyId }: PublicationRecord) => {
    const read = (table: 'history' | 'event') =>
      opened.admin(
        `select by, details from ofm.${table} where agency_id = $1 and publication_id = $2 and type = 'publication.resumed' order by event_id`,
        [agencyId, id],
      )
    const told = await read('history')
    expect(await read('event')).toEqual(told)
    return told
  }
  const isDue = async ({ id }: PublicationRecord) => {
    const { due } = await publishing.readDue({ limit: 1_000, excludeAccounts: [], excludePlatforms: [] })
    return due.some(({ publicationId }) => publicationId === id)
  }
  const keys = (): PauseKey[] => [
    { scope: 'account', key: account.accountId },
    { scope: 'creator', key: account.creatorId },
    { scope: 'platform', key: 'x' },
    { scope: 'agency', key: account.agencyId },
    { scope: 'everything', key: '*' },
  ]

  test.each([0, 1, 2, 3, 4])('hold what they cover, wake it and space it on resume (%i)', async (index) => {
    const key = keys()[index] ?? { scope: 'agency', key: account.agencyId }
    const owner = key.scope === 'everything' ? installation : account.agencyId
    await look(publication)
    expect(await isDue(publication)).toBe(false)
    expect(await store.pause(owner, key, pause)).toEqual({ ...key, ...pause, since: new Date(now) })
    expect(await isDue(publication)).toBe(true)
    expect(await look(publication)).toEqual({ holds: [['paused', key.scope, 'breaking news']], spaced: false })
    expect(await store.list(account.agencyId)).toMatchObject([{ ...key, ...pause }])
    expect(await isDue(publication)).toBe(false)
    expect(await store.resume(owner, key, 'mia')).toBe(true)
    expect(await readResumed(publication)).toEqual([{ by: 'mia', details: { reason: 'paused' } }])
    expect(await isDue(publication)).toBe(true)
    expect(await look(publication)).toEqual({ holds: [], spaced: true })
    expect(await readResumed(publication)).toHaveLength(1)
    expect(await store.list(account.agencyId)).toEqual([])
    expect(await store.resume(owner, key, 'ada')).toBe(false)
  })

  test('leave the rest alone: other accounts, other agencies, and what is not due', async () => {
    const later = await seedPublication(database, createId, account, { dueAt: now + 3_600_000 })
    const [colleague, stranger] = [
      await seedAccount(database, createId, { agencyId: account.agencyId }),
      await seedAccount(database, createId),
    ]
    const others = [
      await seedPublication(database, createId, colleague, { dueAt: now }),
      await seedPublication(database, createId, stranger, { dueAt: now }),
    ]
    for (const other of others) await look(other)
    await store.pause(account.agencyId, { scope: 'account', key: account.accountId }, pause)
    for (const other of others) expect([await isDue(other), (await look(other)).holds]).toEqual([false, []])
    expect(await isDue(later)).toBe(false)
    expect((await look(later)).holds).toHaveLength(1)
    await store.resume(account.agencyId, { scope: 'account', key: account.accountId }, 'ada')
    expect(await isDue(later)).toBe(true)
    expect((await look(later)).spaced).toBe(false)
  })

  test('change in place while they are on, and end by time', async () => {
    const key: PauseKey = { scope: 'account', key: account.accountId }
    await store.pause(account.agencyId, key, pause)
    await clock.advance(1_000)
    const until = new Date(now + 10_000)
    expect(await store.pause(account.agencyId, key, { reason: 'till ten', by: 'bob', until })).toEqual({
      ...key,
      reason: 'till ten',
      by: 'bob',
      until,
      since: new Date(now),
    })
    await clock.advance(9_000)
    expect(await store.list(account.agencyId)).toEqual([])
    expect(await look(publication)).toEqual({ holds: [], spaced: false })
    expect(await store.pause(account.agencyId, key, pause)).toMatchObject({ since: new Date(now + 10_000) })
  })

  test('end shared holds of the scope too, when a person says that it can go on', async () => {
    await database.inScope(account, (tx) =>
      sql`insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by)
        values (${account.agencyId}, 'account', ${account.accountId}, 'account_blocked', ${account.creatorId}, 'blocked', 'engine')`.execute(
        tx,
      ),
    )
    expect((await look(publication)).holds).toEqual([['account_blocked', 'account', 'blocked']])
    expect(await store.resume(account.agencyId, { scope: 'account', key: account.accountId }, 'ada')).toBe(false)
    expect(await isDue(publication)).toBe(true)
    expect((await look(publication)).holds).toEqual([])
  })

  test('do not end what only a new login ends', async () => {
    await database.inScope(account, (tx) =>
      sql`insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by)
        values (${account.agencyId}, 'account', ${account.accountId}, 'permission', ${account.creatorId}, 'media.write', 'engine')`.execute(
        tx,
      ),
    )
    await store.resume(account.agencyId, { scope: 'account', key: account.accountId }, 'ada')
    expect((await look(publication)).holds).toEqual([['permission', 'account', 'media.write']])
  })
})
