import { eachDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterEach, expect, test } from 'vitest'
import type { PublicationRecord } from '../../model/publication.ts'
import type { PublishLimit } from '../../platform/publish-limit.ts'
import type { RateWindow } from '../../platform/rate-window.ts'
import { partAt, toChange, withAttempts, withPart } from '../../publishing/change.ts'
import type { Claim } from '../../publishing/publishing-store.ts'
import { seedAccount } from '../testing/seed.ts'
import { usePublishingStore } from '../testing/use-publishing-store.test-support.ts'
import { keepRateWindows } from './used-up-windows.ts'

const hourMs = 3_600_000
const marginMs = 2_000

eachDatabase('windows that are used up', (open, name) => {
  const given = usePublishingStore(open)
  // Away from the attempts and the windows of the tests before.
  afterEach(() => given.clock.advance(48 * hourMs))

  const seed = async (owner = given.account) => given.seed({ dueAt: await given.clock.read() }, owner)
  const claim = (publication: PublicationRecord, limits: readonly PublishLimit[] = []): Promise<Claim> =>
    given.claim(publication, limits.length > 0 ? { x: limits } : {})
  /** Stores what an answer said, with a change that does nothing else. */
  const answer = async (windows: readonly RateWindow[], owner = given.account): Promise<void> => {
    const { key, fence } = await claim(await seed(owner))
    await given.store.change(key, { fence, release: fence }, (publication) => ({
      ...toChange(publication, publication),
      rateWindows: windows,
    }))
  }
  const windowsOf = async (owner = given.account) => (await claim(await seed(owner))).conditions.windows
  const window = (changes: Partial<RateWindow> = {}): RateWindow => ({
    name: 'POST /2/tweets',
    scope: 'account',
    limit: 100,
    remaining: 0,
    resetAt: given.now + hourMs,
    operations: ['publish'],
    ...changes,
  })

  test('are what an answer said, until a moment after their reset', async () => {
    await answer([window(), window({ name: 'GET /2/tweets', remaining: 1 })])
    const { resetAt, remaining, ...kept } = window()
    expect(await windowsOf()).toEqual([{ ...kept, endsAt: resetAt + marginMs }])
    await given.clock.advance(hourMs + marginMs - 1)
    expect(await windowsOf()).toHaveLength(1)
    await given.clock.advance(1)
    expect(await windowsOf()).toEqual([])
  })

  test('end with an answer that says so; within one window the least that was said counts', async () => {
    await answer([window()])
    await answer([window({ remaining: 3 })])
    expect(await windowsOf()).toHaveLength(1)
    await answer([window({ remaining: 3, resetAt: given.now + 2 * hourMs })])
    expect(await windowsOf()).toEqual([])
  })

  test('of the app reach the accounts of other agencies, those of an account nobody else', async () => {
    const stranger = await seedAccount(given.database, given.createId)
    const { operations: _, ...everything } = window({ scope: 'app', name: 'calls of the app' })
    await answer([window(), everything])
    expect(await windowsOf(stranger)).toEqual([
      { name: 'calls of the app', scope: 'app', limit: 100, operations: null, endsAt: given.now + hourMs + marginMs },
    ])
    expect((await windowsOf()).map(({ scope }) => scope)).toEqual(['account', 'app'])
    const scope = await given.database.inScope(stranger, async (tx) => {
      const { rows } = await sql<{ scope: string }>`select ofm.current_agency() as scope`.execute(tx)
      return rows[0]?.scope
    })
    expect(scope).toBe(stranger.agencyId)
  })

  test('are written rarely while much is left', async () => {
    const plenty = window({ scope: 'app', remaining: 90 })
    const kept = async () => {
      const { rows } = await given.database.inScope(given.account, (tx) =>
        sql<{
          remaining: number
        }>`select remaining from ofm.rate_window where scope = 'app' and name = ${plenty.name}`.execute(tx),
      )
      return rows.map(({ remaining }) => remaining)
    }
    await answer([plenty])
    await answer([{ ...plenty, remaining: 80 }])
    expect(await kept()).toEqual([90])
    await given.clock.advance(60_000)
    await answer([{ ...plenty, remaining: 70 }])
    expect(await kept()).toEqual([70])
    await answer([{ ...plenty, remaining: 10 }])
    expect(await kept()).toEqual([10])
  })

  if (name === 'PostgreSQL')
    test('are not waited for where somebody else writes the same window', async () => {
      const colleague = await seedAccount(given.database, given.createId)
      const calls = window({ scope: 'app', name: 'calls of the app' })
      await given.database.inScope(given.account, async (tx) => {
        await sql`select ${keepRateWindows(given.account, [{ ...calls, remaining: 3 }])}`.execute(tx)
        await answer([calls], colleague)
      })
      expect(await windowsOf(colleague)).toEqual([])
      await answer([calls], colleague)
      expect(await windowsOf(colleague)).toMatchObject([{ name: calls.name }])
    })

  const two: PublishLimit = { name: 'posts in an hour', scope: 'account', max: 2, perMs: hourMs }
  const begin = async (owner = given.account, limits: readonly PublishLimit[] = []) => {
    const taken = await claim(await seed(owner))
    return { taken, begun: await given.store.beginAttempt(given.toBegin(taken, { limits: { x: limits } })) }
  }

  test('are counted from the attempts of the account, and S2 counts again', async () => {
    const beforehand = await claim(await seed(), [two])
    expect(beforehand.conditions.windows).toEqual([])
    const first = given.now
    await begin()
    await given.clock.advance(60_000)
    await begin()
    const expected = {
      name: two.name,
      scope: 'account',
      limit: 2,
      operations: ['publish'],
      endsAt: first + hourMs + marginMs,
    }
    expect((await claim(await seed(), [two])).conditions.windows).toEqual([expected])
    // It was claimed before the others began.
    expect(await given.store.beginAttempt(given.toBegin(beforehand, { limits: { x: [two] } }))).toBeNull()
    await given.clock.advance(first + hourMs + marginMs - (await given.clock.read()))
    expect((await claim(await seed(), [two])).conditions.windows).toEqual([])
    expect((await begin(given.account, [two])).begun).not.toBeNull()
  })

  test('do not count an attempt that certainly made no post', async () => {
    for (let count = 0; count < 2; count += 1) {
      const { taken, begun } = await begin()
      if (!begun) throw new Error('not begun')
      await given.store.change(taken.key, {}, (publication) => {
        const closed = withAttempts(
          partAt(publication, 0),
          () => true,
          (attempt) => ({ ...attempt, outcome: 'closed', verdict: 'not_sent', endedAt: given.now }),
        )
        return toChange(
          publication,
          withPart(publication, 0, () => ({ ...closed, state: 'waiting' })),
        )
      })
    }
    const ofApp: PublishLimit = { ...two, scope: 'app' }
    expect((await claim(await seed(), [two, ofApp])).conditions.windows).toEqual([])
  })

  test('of an app are counted over all agencies that speak through it', async () => {
    const ofApp: PublishLimit = { ...two, scope: 'app' }
    const stranger = await seedAccount(given.database, given.createId)
    await begin()
    await begin(stranger)
    const [found] = (await claim(await seed(), [ofApp, two])).conditions.windows
    expect(found).toMatchObject({ scope: 'app', limit: 2, endsAt: given.now + hourMs + marginMs })
    const apart = await seedAccount(given.database, given.createId)
    await given.database.inScope(apart, (tx) =>
      sql`update ofm.account set app_key = 'another app' where account_id = ${apart.accountId}`.execute(tx),
    )
    expect((await claim(await seed(apart), [ofApp])).conditions.windows).toEqual([])
  })
})
