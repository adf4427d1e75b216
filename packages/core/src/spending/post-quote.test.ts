import { expect, test } from 'vitest'
import type { MeterPrice } from '../platform/platform-meters.ts'
import { createTestSocial } from '../testing/create-test-social.ts'
import { toDecimal } from './money.ts'
import { toPostQuote } from './post-quote.ts'
import { priceUses, sumUses } from './priced-use.ts'

const price = (changes: Partial<MeterPrice>): MeterPrice => ({
  meter: 'post',
  usdNanos: 15_000_000,
  per: 1,
  validFrom: '2026-02-06',
  source: 'a price list',
  ...changes,
})
const at = (date: string): number => Date.parse(`${date}T12:00:00Z`)

test('the price that holds at the moment counts, not the newest one', () => {
  const prices = [price({}), price({ usdNanos: 20_000_000, validFrom: '2026-04-20' })]
  const usdNanosAt = (date: string) => priceUses([{ meter: 'post', quantity: 1 }], prices, at(date)).lines[0]?.usdNanos
  expect(usdNanosAt('2026-04-19')).toBe(15_000_000)
  expect(usdNanosAt('2026-04-20')).toBe(20_000_000)
  expect(usdNanosAt('2026-02-05')).toBeUndefined()
})

test("of two prices that begin on one day the host's own counts, which is the later one", () => {
  const prices = [price({}), price({ usdNanos: 1 })]
  expect(priceUses([{ meter: 'post', quantity: 1 }], prices, at('2026-05-01')).lines[0]?.usdNanos).toBe(1)
})

test('amounts are summed exactly and rounded up once', () => {
  const thirds = price({ meter: 'third', usdNanos: 1, per: 3 })
  const sum = (quantity: number) => sumUses(priceUses([{ meter: 'third', quantity }], [thirds], at('2026-05-01')).lines)
  expect([0, 1, 3, 4].map(sum)).toEqual([0n, 1n, 1n, 2n])
  const { lines } = priceUses(
    [1, 1, 1].map((quantity) => ({ meter: 'third', quantity })),
    [thirds],
    at('2026-05-01'),
  )
  expect(sumUses(lines)).toBe(1n)
})

test('amounts are exact decimal text', () => {
  expect([0n, 1n, 225_000_000n, 1_500_000_000n, -20_000_000n].map(toDecimal)).toEqual([
    '0',
    '0.000000001',
    '0.225',
    '1.5',
    '-0.02',
  ])
})

test('a quote counts what all destinations of a platform use, in words', () => {
  const prices = [
    price({ label: { one: 'post', many: 'posts' } }),
    price({ meter: 'file', usdNanos: 0 }),
    price({ meter: 'later', validFrom: '2027-01-01' }),
  ]
  const uses = [
    { meter: 'post', quantity: 1 },
    { meter: 'file', quantity: 2 },
  ]
  const destination = { platform: 'x', prices, uses }
  expect(toPostQuote([destination], at('2026-05-01'))).toEqual({
    x: { requests: 3, usd: '0.015', why: 'one post, 2 × file' },
  })
  const more = { ...destination, uses: [...uses, { meter: 'later', quantity: 1 }] }
  expect(toPostQuote([destination, more], at('2026-05-01'))).toEqual({
    x: { requests: 7, usd: '0.03', why: 'two posts, 4 × file, 1 × later, no price is known for later' },
  })
})

test('a platform that asks no money is not in the quote', async () => {
  const social = await createTestSocial()
  const account = await social.addAccount({ creator: 'ada' })
  const post = { to: [account.id], text: 'First light' }
  expect(await social.posts.check(post)).toEqual({ problems: [], warnings: [], quote: {} })
  const created = await social.posts.create({ ...post, key: 'order-1' })
  expect(created.quote).toEqual({})
  expect((await social.posts.create({ ...post, key: 'order-1' })).quote).toBeNull()
})
