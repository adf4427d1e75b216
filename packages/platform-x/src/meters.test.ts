import type { PartRequest } from '@ofm-social/core'
import { sampleAsset } from '@ofm-social/core/testing'
import { expect, test } from 'vitest'
import { createXMeters } from './meters.ts'
import { parseXAdapterOptions } from './options.ts'
import type { XSettings } from './settings.ts'

const meters = createXMeters(parseXAdapterOptions({}))
const part: PartRequest<XSettings> = { kind: 'post', index: 0, text: 'Hi', assets: [], settings: {}, rating: 'general' }
const publishUses = (changes: Partial<PartRequest<XSettings>>) =>
  meters.usesOfPart({ ...part, ...changes }, undefined).publish

/** What uses cost at list prices, in whole billionths of a dollar. */
function priceOf(uses: ReturnType<typeof publishUses>): number {
  return uses.reduce((sum, { meter, quantity }) => {
    const price = meters.prices.find((one) => one.meter === meter)
    if (!price) throw new Error(`no price of ${meter}`)
    return sum + (price.usdNanos * quantity) / price.per
  }, 0)
}

test('a post is one call', () => {
  expect(publishUses({})).toEqual([{ meter: 'post.create', quantity: 1 }])
})

test.each(['See example.com', 'https://example.com/a'])('a link, as X finds it, is the dearer call: %s', (text) => {
  expect(publishUses({ text })).toEqual([{ meter: 'post.create.with_url', quantity: 1 }])
})

test('alt text and the mark of adult media are a call for each file', () => {
  const jpeg = sampleAsset('jpeg')
  const assets = [{ ...jpeg, altText: 'A stage' }, jpeg]
  expect(publishUses({ assets })).toContainEqual({ meter: 'media.metadata', quantity: 1 })
  expect(publishUses({ assets, rating: 'adult' })).toContainEqual({ meter: 'media.metadata', quantity: 2 })
})

test('an edit is a post, and a look whether there may be one', () => {
  const settings = { editOfPostId: '1' }
  expect(publishUses({ settings })).toEqual([
    { meter: 'post.create', quantity: 1 },
    { meter: 'post.read', quantity: 1 },
  ])
  expect(publishUses({ settings, kind: 'thread', index: 1 })).toEqual([{ meter: 'post.create', quantity: 1 }])
})

test("X's own example: two pictures with alt text cost 2.5 cents", () => {
  const picture = { ...sampleAsset('jpeg'), altText: 'A stage' }
  expect(priceOf(publishUses({ assets: [picture, picture] }))).toBe(25_000_000)
})

test('looks after a lost answer are counted beside it, and reading counters by the post', () => {
  expect(meters.usesOfPart(part, undefined).lookUps).toEqual([{ meter: 'post.read', quantity: 20 }])
  expect(meters.usesOfBaseline?.()).toEqual([{ meter: 'post.read', quantity: 5 }])
  expect(meters.usesOfFacts?.()).toEqual([{ meter: 'user.read', quantity: 1 }])
  expect(meters.usesOfAccount?.()).toEqual([{ meter: 'user.read', quantity: 1 }])
  expect(meters.usesOfMetrics?.(100)).toEqual([{ meter: 'post.read', quantity: 100 }])
})

test('the host may add prices of its own', () => {
  const prices = [
    { meter: 'media.upload', usdNanos: 15_000_000, per: 1, validFrom: '2026-12-01', source: 'our contract' },
  ]
  const own = createXMeters(parseXAdapterOptions({ prices }))
  expect(own.prices.filter(({ meter }) => meter === 'media.upload').at(-1)).toEqual(prices[0])
})
