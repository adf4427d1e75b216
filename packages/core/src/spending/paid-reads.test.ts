import { describe, expect, test } from 'vitest'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'
import { createMemorySpending, type MemorySpending } from './memory-spending.test-support.ts'
import { samplePrice } from './sample-price.test-support.ts'

const POST = 15_000_000n
const BASELINE = 25_000_000n
const FACTS = 10_000_000n
const DAY_MS = 86_400_000
const budget = 'agency/ada'

const meters: PlatformMeters = {
  prices: [samplePrice('post', 15_000_000), samplePrice('read', 5_000_000), samplePrice('profile', 10_000_000)],
  usesOfPart: () => ({ publish: [{ meter: 'post', quantity: 1 }], lookUps: [] }),
  usesOfRemoval: () => [],
  usesOfBaseline: () => [{ meter: 'read', quantity: 5 }],
  usesOfFacts: () => [{ meter: 'profile', quantity: 1 }],
  usesOfAccount: () => [{ meter: 'profile', quantity: 1 }],
}

/** A platform that bills the reads around a post, too. */
async function start({ limit = 1_000_000_000n }: { readonly limit?: bigint } = {}) {
  let ledger: MemorySpending | undefined
  let factsRead = 0
  const lines: string[] = []
  const now = { read: (): number => 0 }
  const scripted = createScriptedPlatform('synchronous', { now: () => now.read(), platform: 'billed' })
  const social = await createTestSocial({
    adapters: [
      {
        ...scripted.adapter,
        meters,
        readFacts: async (_destination, context) => {
          factsRead += 1
          return { expiresAt: context.now + DAY_MS }
        },
      },
    ],
    apps: { billed: { clientId: 'billed' } },
    log: ({ message }) => void lines.push(message),
    spending: (readNow) => {
      now.read = readNow
      ledger = createMemorySpending(readNow)
      ledger.setLimit(budget, limit)
      return ledger
    },
  })
  if (!ledger) throw new Error('no ledger was asked for')
  const account = await social.accounts.add({ creator: 'ada', platform: 'billed', tokens: { accessToken: 'ada' } })
  return { social, ledger, scripted, to: [account.id], lines, factsRead: () => factsRead }
}

describe('reads that a platform bills', () => {
  test('connecting an account is booked, and asks no budget', async () => {
    const { ledger } = await start()
    expect(ledger.settledNanos(budget)).toBe(FACTS)
    expect(ledger.calls).toEqual(['record'])
    const poor = await start({ limit: 0n })
    expect(poor.ledger.settledNanos(budget)).toBe(FACTS)
  })

  test('the facts of an account are reserved and settled, once while they hold', async () => {
    const { social, ledger, to, factsRead } = await start()
    const before = ledger.settledNanos(budget)
    await social.posts.check({ to, text: 'First light' })
    await social.posts.check({ to, text: 'First light' })
    expect(factsRead()).toBe(1)
    expect(ledger.settledNanos(budget) - before).toBe(FACTS)
    expect(ledger.reservedNanos(budget)).toBe(0n)
  })

  test('facts that the budget does not pay for are not read; the check goes on without', async () => {
    const { social, ledger, to, factsRead, lines } = await start()
    ledger.setLimit(budget, ledger.settledNanos(budget))
    expect(await social.posts.check({ to, text: 'First light' })).toMatchObject({ problems: [] })
    expect(factsRead()).toBe(0)
    expect(lines).toContain('facts could not be read; the last ones are used')
  })

  test('the read before a post is part of the quote, reserved, and settled beside the post', async () => {
    const { social, ledger, to } = await start()
    const { quote, publications } = await social.posts.create({ to, text: 'First light' })
    expect(quote).toMatchObject({ billed: { requests: 6, usd: '0.04' } })
    const before = ledger.settledNanos(budget)
    await social.settle()
    expect((await social.publications.get(publications[0]?.id ?? '')).state).toBe('published')
    expect(ledger.settledNanos(budget) - before).toBe(BASELINE + POST)
    expect(ledger.reservedNanos(budget)).toBe(0n)
  })

  test('a post waits when the budget does not pay for the read before it, and for the post; nothing is read for it', async () => {
    const { social, ledger, scripted, to } = await start()
    const { publications } = await social.posts.create({ to, text: 'First light' })
    const id = publications[0]?.id ?? ''
    const spent = ledger.settledNanos(budget)
    for (const limit of [BASELINE - 1n, BASELINE + POST - 1n]) {
      ledger.setLimit(budget, spent + limit)
      await social.advance('15min')
      expect((await social.publications.get(id)).hold).toMatchObject({ reason: 'budget' })
      expect(scripted.calls).toEqual([])
      expect(ledger.settledNanos(budget)).toBe(spent)
    }
    ledger.setLimit(budget, spent + BASELINE + POST)
    await social.advance('15min')
    expect((await social.publications.get(id)).state).toBe('published')
    expect(ledger.settledNanos(budget)).toBe(spent + BASELINE + POST)
  })
})
