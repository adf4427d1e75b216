import { describe, expect, test } from 'vitest'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import { createTestSocial, type TestSocialOptions } from '../testing/create-test-social.ts'
import { createMemorySpending, type MemorySpending } from './memory-spending.test-support.ts'
import { samplePrice } from './sample-price.test-support.ts'

const POST = 15_000_000n
const LOOKS = 100_000_000n
const HOUR_MS = 3_600_000

const meters: PlatformMeters = {
  prices: [samplePrice('post', 15_000_000), samplePrice('read', 5_000_000), samplePrice('delete', 10_000_000)],
  usesOfPart: () => ({ publish: [{ meter: 'post', quantity: 1 }], lookUps: [{ meter: 'read', quantity: 20 }] }),
  usesOfRemoval: () => [{ meter: 'delete', quantity: 1 }],
  usesOfMetrics: (parts) => [{ meter: 'read', quantity: parts }],
  usesOfAccountMetrics: () => [{ meter: 'read', quantity: 1 }],
}

async function start(options: TestSocialOptions = {}) {
  let ledger: MemorySpending | undefined
  const social = await createTestSocial({
    meters,
    spending: (now) => {
      ledger = createMemorySpending(now)
      // Every agency of the test has one budget name.
      return ledger
    },
    ...options,
  })
  if (!ledger) throw new Error('no ledger was asked for')
  ledger.setLimit('agency/ada', 1_000_000_000n)
  const account = await social.addAccount({ creator: 'ada' })
  const post = async (text = 'First light'): Promise<string> => {
    const { publications } = await social.posts.create({ to: [account.id], text })
    return publications[0]?.id ?? ''
  }
  const stateOf = async (id: string) => (await social.publications.get(id)).state
  return { social, ledger, account, post, stateOf }
}

describe('publishing', () => {
  test('reserves the write and its look-ups first, and settles the write alone when the answer comes', async () => {
    const { social, ledger, post, stateOf } = await start()
    const asked: bigint[] = []
    ledger.onCall(
      'reserve',
      () => void asked.push(ledger.reservedNanos('agency/ada'), BigInt(social.platform.posts().length)),
    )
    const id = await post()
    await social.settle()
    expect(await stateOf(id)).toBe('published')
    expect(asked).toEqual([POST + LOOKS, 0n])
    expect(ledger.reservedNanos('agency/ada')).toBe(0n)
    expect(ledger.settledNanos('agency/ada')).toBe(POST)
    expect(ledger.calls).toEqual(['reserve', 'settle'])
    const [part] = (await social.publications.get(id)).parts
    const [reservation] = ledger.rows.keys()
    expect(part?.attempts[0]?.reserved).toEqual({ usd: '0.115', budget: 'agency/ada', reservation })
  })

  test('goes out without a reservation when no budget counts it, and settles nothing', async () => {
    const { social, ledger, post, stateOf } = await start()
    ledger.reserve = async () => null
    const id = await post()
    await social.settle()
    expect(await stateOf(id)).toBe('published')
    expect((await social.publications.get(id)).parts[0]?.attempts[0]?.reserved).toBeNull()
    expect(ledger.calls).toEqual([])
  })

  test('says which budget paid when it is another one than was asked', async () => {
    const { social, ledger, post } = await start()
    const { reserve } = ledger
    ledger.reserve = async (request) => {
      const reservation = await reserve(request)
      return reservation && { ...reservation, budget: 'agency' }
    }
    const id = await post()
    await social.settle()
    expect((await social.publications.get(id)).parts[0]?.attempts[0]?.reserved).toMatchObject({ budget: 'agency' })
    expect(ledger.settledNanos('agency/ada')).toBe(POST)
  })

  test('settles the look-ups that were made, and is extended while the outcome is unknown', async () => {
    const { social, ledger, post, stateOf } = await start()
    social.platform.fail('publish', { kind: 'lose_before' })
    social.platform.setListingLag(400 * 24 * HOUR_MS)
    const id = await post()
    await social.advance('5h')
    expect(await stateOf(id)).toBe('needs_attention')
    expect(ledger.reservedNanos('agency/ada')).toBe(POST + LOOKS)
    expect(ledger.calls.filter((call) => call === 'extend').length).toBeGreaterThan(5)
    const externalId = social.platform.postByHand({ accountExternalId: 'elsewhere', text: 'First light' })
    await social.publications.confirm(id, { externalId })
    await social.settle()
    expect(ledger.reservedNanos('agency/ada')).toBe(0n)
    expect(ledger.settledNanos('agency/ada')).toBe(POST + LOOKS)
  })

  test('releases what was refused for certain', async () => {
    const { social, ledger, post, stateOf } = await start()
    social.platform.fail('publish', { kind: 'refuse', code: 'invalid_post' })
    const id = await post()
    await social.settle()
    expect(await stateOf(id)).toBe('refused')
    expect([...ledger.rows.values()].map(({ state }) => state)).toEqual(['released'])
  })

  test('releases at once when S2 finds that nothing may be sent any more', async () => {
    const { social, ledger, account, post } = await start()
    ledger.onCall('reserve', async () => void (await social.pause({ account: account.id })))
    await post()
    await social.settle()
    expect([...ledger.rows.values()].map(({ state }) => state)).toEqual(['released'])
    expect(social.platform.posts()).toEqual([])
    ledger.onCall('reserve', () => undefined)
    await social.resume({ account: account.id })
    await social.settle()
    expect(social.platform.posts()).toHaveLength(1)
    expect(ledger.settledNanos('agency/ada')).toBe(POST)
  })

  test('a settlement that fails neither delays nor loses anything, and is made once', async () => {
    const { social, ledger, post, stateOf } = await start()
    ledger.fail('settle', 'before', 2)
    ledger.fail('settle', 'after', 1)
    const id = await post()
    await social.settle()
    expect(await stateOf(id)).toBe('published')
    expect(ledger.settledNanos('agency/ada')).toBe(0n)
    await social.advance('5min')
    expect(ledger.settledNanos('agency/ada')).toBe(POST)
    expect(ledger.calls).toEqual(['reserve', 'settle'])
  })
})

describe('an exhausted budget', () => {
  test('is a hold that says what is left and when it renews; other creators go on', async () => {
    const { social, ledger, post, stateOf } = await start()
    const renewsAt = new Date('2027-02-01T00:00:00Z')
    ledger.setLimit('agency/ada', 12_000_000n, renewsAt)
    ledger.setLimit('agency/bea', 1_000_000_000n)
    const id = await post()
    const bea = await social.addAccount({ creator: 'bea' })
    const { publications } = await social.posts.create({ to: [bea.id], text: 'Mine' })
    await social.settle()
    const held = await social.publications.get(id)
    expect(held.hold).toMatchObject({
      reason: 'budget',
      message: 'Budget agency/ada has 0.012 USD left, renews on 1 February.',
      until: renewsAt,
    })
    expect(held.state).not.toBe('refused')
    expect(await stateOf(publications[0]?.id ?? '')).toBe('published')
  })

  test('that is raised lets go within a quarter of an hour', async () => {
    const { social, ledger, post, stateOf } = await start()
    ledger.setLimit('agency/ada', 0n)
    const id = await post()
    await social.settle()
    expect((await social.publications.get(id)).hold?.message).toBe(
      'Budget agency/ada has 0 USD left and does not renew: raise it.',
    )
    ledger.setLimit('agency/ada', 1_000_000_000n)
    await social.advance('15min')
    expect(await stateOf(id)).toBe('published')
  })

  test('never blocks a look-up', async () => {
    const { social, ledger, post, stateOf } = await start()
    social.platform.fail('publish', { kind: 'accept_then_lose' })
    const id = await post()
    await social.settle()
    ledger.setLimit('agency/ada', 0n)
    await social.advance('1min')
    expect(await stateOf(id)).toBe('published')
    expect(ledger.settledNanos('agency/ada')).toBe(POST + LOOKS)
  })

  test('that nobody set, and a ledger that is away, are holds too', async () => {
    const { social, ledger } = await start({ budgetOf: ({ creator, platform }) => `${platform}/${creator}` })
    const account = await social.addAccount({ creator: 'cy' })
    const { publications } = await social.posts.create({ to: [account.id], text: 'First light' })
    const id = publications[0]?.id ?? ''
    await social.settle()
    const messageOf = async () => (await social.publications.get(id)).hold?.message
    expect(await messageOf()).toBe('There is no budget scripted/cy: set it, and it goes on.')
    ledger.setLimit('scripted/cy', 1_000_000_000n)
    ledger.fail('reserve', 'after', 1)
    await social.advance('15min')
    expect(await messageOf()).toBe('Budget scripted/cy could not be asked; nothing is spent before it answers.')
    await social.advance('1min')
    expect((await social.publications.get(id)).state).toBe('published')
  })

  test('holds a removal, which is paid for when it goes on', async () => {
    const { social, ledger, post, stateOf } = await start()
    const id = await post()
    await social.settle()
    ledger.setLimit('agency/ada', POST)
    await social.publications.remove(id)
    await social.settle()
    expect((await social.publications.get(id)).hold).toMatchObject({ reason: 'budget' })
    expect(social.platform.posts()).toHaveLength(1)
    ledger.setLimit('agency/ada', POST + 10_000_000n)
    await social.advance('15min')
    expect(await stateOf(id)).toBe('removed')
    expect(ledger.settledNanos('agency/ada')).toBe(POST + 10_000_000n)
  })

  test('leaves metrics unread, with a line in the log; what is read is paid for by what came back', async () => {
    const lines: string[] = []
    const { social, ledger, post } = await start({ metrics: true, log: ({ message }) => void lines.push(message) })
    const id = await post()
    await social.settle()
    const [part] = (await social.publications.get(id)).parts
    social.platform.setCounters(part?.externalId ?? '', { views: 3 })
    const before = ledger.settledNanos('agency/ada')
    ledger.setLimit('agency/ada', before)
    await social.advance('16min')
    expect(await social.metrics.samples(id)).toEqual([])
    expect(lines).toContain(
      'metrics are not read for now: Budget agency/ada has 0 USD left and does not renew: raise it.',
    )
    await expect(social.metrics.read(id)).rejects.toMatchObject({ code: 'not_allowed' })
    ledger.setLimit('agency/ada', 1_000_000_000n)
    await social.advance('30min')
    expect(await social.metrics.samples(id)).toHaveLength(1)
    expect(ledger.settledNanos('agency/ada')).toBe(before + 5_000_000n)
  })
})
