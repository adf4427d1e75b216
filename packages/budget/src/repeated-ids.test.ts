import { expect, test } from 'vitest'
import { usd } from './money.ts'
import { eachLedger } from './testing/each-ledger.test-support.ts'

eachLedger('one id, sent many times at once', (open) => {
  const id = 'order-981'
  const times = Array.from({ length: 24 })

  test('is reserved and settled once, and every caller hears of the same', async () => {
    const { ledger: whole, close } = await open()
    const ledger = whole.forTenant('acme')
    await ledger.setBudget('agency', { limit: usd('1'), period: 'month' })
    const reserved = await Promise.all(
      times.map(() => ledger.reserve({ id, budget: 'agency', amount: usd('0.6'), lifetimeMs: 60_000 })),
    )
    expect(new Set(reserved.map(({ state }) => state))).toEqual(new Set(['open']))
    const settled = await Promise.all(times.map(() => ledger.settle(id, usd('0.5'))))
    expect(new Set(settled.map(({ settled: cost }) => cost?.amountNanos))).toEqual(new Set([500_000_000n]))
    expect(await ledger.getBudget('agency')).toMatchObject({ available: usd('0.5') })
    await close()
  })
})
