import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { type Route, route } from '../route.ts'
import { exchangeRateInput, exchangeRateSchema } from '../schemas/exchange-rate.ts'
import { byField } from '../schemas/page.ts'
import { askLedger } from './budgets-access.ts'

const tag = 'Budgets'

/** Rates with which amounts in another currency than a budget's are reserved and settled. */
export function createExchangeRateRoutes(access: Pick<LedgerAccess, 'open'>): readonly Route[] {
  return [
    route({
      method: 'post',
      url: '/v1/exchange-rates',
      operationId: 'addExchangeRate',
      tag,
      summary: 'Keeps the rate of a day; one on record is never changed.',
      idempotent: true,
      body: exchangeRateInput.extend({ by: byField }).meta({ id: 'AddExchangeRate' }),
      answers: { 201: exchangeRateSchema },
      run: async ({ body: { by, ...rate }, caller }) => ({
        status: 201,
        body: await askLedger(access, caller, (ledger) => ledger.addRate({ ...rate, actor: by ?? caller.by })),
      }),
    }),
    route({
      method: 'get',
      url: '/v1/exchange-rates',
      operationId: 'listExchangeRates',
      tag,
      summary: 'Lists the rates on record, newest first.',
      query: z.strictObject({
        limit: z.coerce.number().int().min(1).max(1_000).optional().meta({ description: 'Default 100.' }),
      }),
      answers: { 200: z.strictObject({ items: z.array(exchangeRateSchema) }) },
      run: async ({ query, caller }) => ({
        status: 200,
        body: { items: await askLedger(access, caller, (ledger) => ledger.listRates(query)) },
      }),
    }),
  ]
}
