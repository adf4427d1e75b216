import type { Quote } from '@ofm-social/budget'
import type { PriceBook } from '@ofm-social/budget/prices'
import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { budgetQuoteSchema, modelCallSchema } from '../schemas/budget.ts'
import { withBudgetProblems } from './budgets-access.ts'

/** Prices of calls before they are made, which need no ledger; those of posts are in `checkPost`. */
export function createBudgetQuoteRoutes(now: () => number): readonly Route[] {
  let opened: Promise<PriceBook> | undefined
  const openBook = () => {
    opened ??= loadBook()
    return opened
  }
  return [
    route({
      method: 'post',
      url: '/v1/quotes',
      operationId: 'quoteModelCall',
      tag: 'Budgets',
      summary: 'What a call of a language model may cost at most, with every price that was used.',
      body: z.strictObject({ call: modelCallSchema }).meta({ id: 'QuoteRequest' }),
      answers: { 200: budgetQuoteSchema },
      run: async ({ body: { call } }) => {
        const body = await withBudgetProblems(async () => {
          const { estimateCall } = await import('@ofm-social/budget/prices')
          const quote = estimateCall(await openBook(), {
            vendor: call.vendor,
            model: call.model,
            input: { input: BigInt(call.inputTokens) },
            outputTokensMax: BigInt(call.outputTokensMax),
            tiers: [call.tier ?? 'standard'],
            at: new Date(now()),
          })
          return toBody(quote)
        })
        return { status: 200, body }
      },
    }),
  ]
}

/** All published prices, read once: they do not change while the server runs. */
async function loadBook(): Promise<PriceBook> {
  const { createPriceBook, publishedPrices, publishedPricesVersion } = await import('@ofm-social/budget/prices')
  return createPriceBook({ version: publishedPricesVersion, catalogues: publishedPrices })
}

function toBody({ amount, vendor, model, basis, catalogueVersion, pricedAt, lines }: Quote) {
  const texts = lines.map(({ meter, quantity, priceId, priceNanos, per }) => ({
    ...{ meter, priceId },
    ...{ quantity: `${quantity}`, priceNanos: `${priceNanos}`, per: `${per}` },
  }))
  return { amount, vendor, model, basis, catalogueVersion, pricedAt, lines: texts }
}
