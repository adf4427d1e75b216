import { createBoardAdapter } from './__fixtures__/board-adapter.ts'
import { testThatEachFails } from './wrong-adapters.test-support.ts'

testThatEachFails(createBoardAdapter, [
  [
    'counts in words',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({
      readMetrics: async ([part]) => [{ externalId: part?.externalId ?? '', counters: Object({ likes: 'many' }) }],
    }),
  ],
  [
    'counts what is removed',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({ readMetrics: async ([part]) => [{ externalId: part?.externalId ?? '', counters: { likes: 0 } }] }),
  ],
  [
    'says that a live post is gone',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({ readMetrics: async ([part]) => [{ externalId: part?.externalId ?? '', gone: true }] }),
  ],
  [
    'counts what nobody asked about',
    'counts text in numbers, and nothing any more once it is removed',
    () => ({ readMetrics: async () => [{ externalId: 'p99', counters: { likes: 1 } }] }),
  ],
  [
    'does not know what it bills',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, usesOfRemoval: () => [{ meter: 'removal', quantity: 1 }] } }),
  ],
  [
    'has a price with a fraction',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, prices: meters.prices.map((price) => ({ ...price, usdNanos: 0.5 })) } }),
  ],
  [
    'counts the account in words',
    'counts what the account has in numbers',
    () => ({ readAccountMetrics: async () => Object({ followers: 'many' }) }),
  ],
  [
    'has a price from nowhere',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, prices: meters.prices.map((price) => ({ ...price, source: ' ' })) } }),
  ],
  [
    'counts a post twice',
    'counts text in numbers, and nothing any more once it is removed',
    (right) => ({
      async readMetrics(...call) {
        const said = await right.readMetrics(...call)
        return [...said, ...said]
      },
    }),
  ],
  [
    'has a price for no unit',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, prices: meters.prices.map((price) => ({ ...price, per: 0 })) } }),
  ],
  [
    'has a price since always',
    'has a price for everything that it says is billed',
    ({ meters }) => ({
      meters: { ...meters, prices: meters.prices.map((price) => ({ ...price, validFrom: 'always' })) },
    }),
  ],
  [
    'bills nothing',
    'has a price for everything that it says is billed',
    ({ meters }) => ({ meters: { ...meters, usesOfRemoval: () => [{ meter: 'post', quantity: 0 }] } }),
  ],
])
