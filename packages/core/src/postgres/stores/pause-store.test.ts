import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { beforeAll, beforeEach, expect, test } from 'vitest'
import type { AgencyId } from '../../model/ids.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PauseKey, PauseStore } from '../../pauses/pause-store.ts'
import { toChange } from '../../publishing/change.ts'
import { seedAccount } from '../testing/seed.ts'
import { usePublishingStore } from '../testing/use-publishing-store.test-support.ts'
import { createPostgresPauseStore } from './pause-store.ts'

const installation = '*' as AgencyId
const pause = { reason: 'breaking news', by: 'ada', until: null }

eachDatabase('switches', (open) => {
  const given = usePublishingStore(open)
  let store: PauseStore
  let publication: PublicationRecord
  beforeAll(() => {
    store = createPostgresPauseStore(given.database)
  })
  beforeEach(async () => {
    publication = await given.seed()
  })

  /** Takes it, says why it waits, and gives it back until an event. */
  const look = async (looked: PublicationRecord) => {
    const claim = await given.claim(looked)
    const [hold = null] = claim.conditions.holds
    await given.store.change(claim.key, { release: claim.fence }, (before) =>
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
      given.opened.admin(
        `select by, details from ofm.${table} where agency_id = $1 and publication_id = $2 and type = 'publication.resumed' order by event_id`,
        [agencyId, id],
      )
    const told = await read('history')
    expect(await read('event')).toEqual(told)
    return told
  }
  const isDue = async ({ id }: PublicationRecord) => {
    const { due } = await given.store.readDue({ limit: 1_000, excludeAccounts: [], excludePlatforms: [] })
    return due.some(({ publicationId }) => publicationId === id)
  }
  /** What ends with a person's word or a login; no switch. */
  const holdAccount = (reason: string, message: string) => {
    const { agencyId, accountId, creatorId } = given.account
    return given.run(sql`
      insert into ofm.hold (agency_id, scope, key, reason, creator_id, message, by)
      values (${agencyId}, 'account', ${accountId}, ${reason}, ${creatorId}, ${message}, 'engine')`)
  }
  const accountKey = (): PauseKey => ({ scope: 'account', key: given.account.accountId })

  test.each(['account', 'creator', 'platform', 'agency', 'everything'] as const)(
    'of the scope %s hold what they cover, wake it and space it on resume',
    async (scope) => {
      const { accountId, creatorId, agencyId } = given.account
      const names = { account: accountId, creator: creatorId, platform: 'x', agency: agencyId, everything: '*' }
      const key: PauseKey = { scope, key: names[scope] }
      const owner = scope === 'everything' ? installation : agencyId
      await look(publication)
      expect(await isDue(publication)).toBe(false)
      expect(await store.pause(owner, key, pause)).toEqual({ ...key, ...pause, since: new Date(given.now) })
      expect(await isDue(publication)).toBe(true)
      expect(await look(publication)).toEqual({ holds: [['paused', key.scope, 'breaking news']], spaced: false })
      expect(await store.list(given.account.agencyId)).toMatchObject([{ ...key, ...pause }])
      expect(await isDue(publication)).toBe(false)
      expect(await store.resume(owner, key, 'mia')).toBe(true)
      expect(await readResumed(publication)).toEqual([{ by: 'mia', details: { reason: 'paused' } }])
      expect(await isDue(publication)).toBe(true)
      expect(await look(publication)).toEqual({ holds: [], spaced: true })
      expect(await readResumed(publication)).toHaveLength(1)
      expect(await store.list(given.account.agencyId)).toEqual([])
      expect(await store.resume(owner, key, 'ada')).toBe(false)
    },
  )

  test('leave the rest alone: other accounts, other agencies, and what is not due', async () => {
    const later = await given.seed({ dueAt: given.now + 3_600_000 })
    const [colleague, stranger] = [
      await seedAccount(given.database, given.createId, { agencyId: given.account.agencyId }),
      await seedAccount(given.database, given.createId),
    ]
    const others = [await given.seed({}, colleague), await given.seed({}, stranger)]
    for (const other of others) await look(other)
    await store.pause(given.account.agencyId, accountKey(), pause)
    for (const other of others) expect([await isDue(other), (await look(other)).holds]).toEqual([false, []])
    expect(await isDue(later)).toBe(false)
    expect((await look(later)).holds).toHaveLength(1)
    await store.resume(given.account.agencyId, accountKey(), 'ada')
    expect(await isDue(later)).toBe(true)
    expect((await look(later)).spaced).toBe(false)
  })

  test('change in place while they are on, and end by time', async () => {
    const key = accountKey()
    await store.pause(given.account.agencyId, key, pause)
    await given.clock.advance(1_000)
    const until = new Date(given.now + 10_000)
    expect(await store.pause(given.account.agencyId, key, { reason: 'till ten', by: 'bob', until })).toEqual({
      ...key,
      reason: 'till ten',
      by: 'bob',
      until,
      since: new Date(given.now),
    })
    await given.clock.advance(9_000)
    expect(await store.list(given.account.agencyId)).toEqual([])
    expect(await look(publication)).toEqual({ holds: [], spaced: false })
    expect(await store.pause(given.account.agencyId, key, pause)).toMatchObject({ since: new Date(given.now + 10_000) })
  })

  test('end shared holds of the scope too, when a person says that it can go on', async () => {
    await holdAccount('account_blocked', 'blocked')
    expect((await look(publication)).holds).toEqual([['account_blocked', 'account', 'blocked']])
    expect(await store.resume(given.account.agencyId, accountKey(), 'ada')).toBe(false)
    expect(await isDue(publication)).toBe(true)
    expect((await look(publication)).holds).toEqual([])
  })

  test('do not end what only a new login ends', async () => {
    await holdAccount('permission', 'media.write')
    await store.resume(given.account.agencyId, accountKey(), 'ada')
    expect((await look(publication)).holds).toEqual([['permission', 'account', 'media.write']])
  })
})
