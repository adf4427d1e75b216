import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { type Route, route } from '../route.ts'
import { budgetEntrySchema, budgetName, ledgerPageQuery } from '../schemas/budget.ts'
import { pageOf } from '../schemas/page.ts'
import { askLedger } from './budgets-access.ts'

/** The books: what moved a budget, and why. */
export function createBudgetEntryRoutes(access: Pick<LedgerAccess, 'open'>): readonly Route[] {
  return [
    route({
      method: 'get',
      url: '/v1/budgets/:budget/entries',
      operationId: 'listBudgetEntries',
      tag: 'Budgets',
      summary: 'Lists the entries of a budget and of all below it, newest first.',
      path: z.strictObject({ budget: budgetName }),
      query: ledgerPageQuery.extend({ reservation: z.string().min(1).max(200).optional() }),
      answers: { 200: pageOf(budgetEntrySchema) },
      run: async ({ path: { budget }, query, caller }) => {
        const body = await askLedger(access, caller, async (ledger) => {
          // A budget that is not there has no empty list.
          await ledger.getBudget(budget)
          return ledger.listEntries({ budget, ...query })
        })
        return { status: 200, body }
      },
    }),
  ]
}
