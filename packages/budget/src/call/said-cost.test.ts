import { expect, test } from 'vitest'
import { createPriceBook } from '../prices/price-book.ts'
import { readUsage } from '../usage/read-usage.ts'
import type { BudgetedProblem } from './budgeted-options.ts'
import { type CallSettings, createCallSettings } from './call-settings.ts'
import { planCall } from './plan-call.ts'
import { priceReading } from './settle-call.ts'

const prices = createPriceBook({
  version: '1',
  catalogues: [
    {
      vendor: 'openrouter',
      currency: 'USD',
      source: 'https://openrouter.ai/models',
      models: [
        {
          model: 'some/model',
          outputTokensMax: 100,
          cards: [{ id: 'm', tier: 'standard', seenOn: '2026-11-26', perMillion: { input: '1', output: '2' } }],
        },
      ],
    },
  ],
})

function start() {
  const problems: BudgetedProblem[] = []
  const settings: CallSettings = createCallSettings(
    {
      ledger: {
        withReservation: () => Promise.reject(new Error('not used')),
        extend: () => Promise.reject(new Error()),
      },
      budget: 'agency',
      prices,
      onProblem: (problem) => problems.push(problem),
    },
    { now: () => Date.parse('2026-11-26T12:00:00Z'), after: () => () => {} },
  )
  const plan = planCall(
    {
      ...{ vendor: 'openrouter', model: 'some/model', storedInput: false, outputTokensMax: 50, tools: {} },
      ...{ prompt: { counts: new Map([['input', 100]]), unbounded: false }, boundOutput: (bound: number) => bound },
      ...{ cacheWrites: undefined, tier: null, region: null },
    },
    settings,
  )
  const price = (answer: object) => {
    const reading = readUsage(answer, { vendor: 'openrouter', model: 'some/model' })
    return reading && priceReading(plan, reading, settings)
  }
  return { price, problems }
}

test.each([
  ['agrees', 0.00014, []],
  [
    'differs by more than one in a hundred',
    0.00028,
    ['The provider says that the call did cost 0.00028 USD; by the prices it is 0.00014 USD, as settled.'],
  ],
])('a cost that the provider says and that %s', (_, cost, messages) => {
  const { price, problems } = start()
  const quote = price({ usage: { prompt_tokens: 100, completion_tokens: 20, cost } })
  expect(quote).toMatchObject({ amount: { amountNanos: 140_000n } })
  expect(problems.map(({ message }) => message)).toEqual(messages)
})

test('an answer that names a model without a price is priced as what was asked for, and its name is kept', () => {
  const { price } = start()
  const usage = { prompt_tokens: 100, completion_tokens: 20 }
  const named = price({ model: 'model-of-another-host', usage })
  expect(named).toMatchObject({ model: 'some/model', usage: { answeredBy: 'model-of-another-host' } })
  expect(price({ model: 'some/model', usage })).toMatchObject({ usage: { model: 'some/model' } })
  expect(JSON.stringify(price({ model: 'some/model', usage }))).not.toContain('answeredBy')
})
