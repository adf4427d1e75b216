import { expect, test } from 'vitest'
import { usd } from './money.ts'
import { createTestQuote } from './testing/create-test-quote.test-support.ts'
import { eachLedger } from './testing/each-ledger.test-support.ts'

const day = 86_400_000

/** A dollar for each unit. */
const costOf = (model: string, units: bigint, vendor = 'openai') =>
  createTestQuote({ vendor, model, quantities: { output: units }, priceNanos: 1_000_000_000n })

eachLedger('an alert', (open) => {
  test('names the three models that took most in its period, as when it was first read', async () => {
    const opened = await open()
    const { ledger } = opened
    await ledger.setBudget('agency', { limit: usd('100'), period: 'month', alertAt: [0.2, 0.9] })
    await ledger.setBudget('agency/ada', { limit: usd('20'), period: { rollingHours: 24 }, alertAt: [1] })
    await ledger.record({ budget: 'agency', cost: costOf('old', 19n) })
    await opened.advance(6 * day)
    const spend = (budget: string, model: string, units: bigint, vendor?: string) =>
      ledger.record({ budget, cost: costOf(model, units, vendor) })
    await spend('agency/ada', 'gone', 10n)
    await opened.advance(2 * day)
    await spend('agency/ada', 'small', 4n)
    await spend('agency/ada', 'small', 5n)
    await spend('agency/ada', 'tiny', 1n)
    await spend('agency', 'large', 8n)
    await ledger.record({ budget: 'agency', cost: usd('50') })
    await spend('agency/ada', 'large', 10n, 'anthropic')
    const tell = async () =>
      (await ledger.listAlerts()).items.map(
        ({ budget, rule, models }) =>
          `${budget} ${rule}: ${models.map(({ vendor, model, amount }) => `${vendor}/${model} ${amount}`).join(', ')}`,
      )
    const first = await tell()
    expect(first).toEqual([
      'agency settled 20%: anthropic/large 10.00 USD, openai/gone 10.00 USD, openai/small 9.00 USD',
      'agency/ada settled 100%: anthropic/large 10.00 USD, openai/small 9.00 USD, openai/tiny 1.00 USD',
    ])
    await spend('agency', 'later', 1n)
    expect(await tell()).toEqual(first)
    const told: unknown[] = []
    await ledger.deliverAlerts(({ models }) => void told.push(models[0]))
    const most = { vendor: 'anthropic', model: 'large', amount: usd('10') }
    expect(told).toEqual([most, most])
    await ledger.close()
    await opened.close()
  })
})
