import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { type Route, route } from '../route.ts'
import { budgetCheckSchema, budgetName, positiveMoney } from '../schemas/budget.ts'
import { askLedger } from './budgets-access.ts'
import { toMoney } from './budgets-money.ts'

/** Asks a budget before something is paid from it. */
export function createBudgetCheckRoute(access: Pick<LedgerAccess, 'open'>): Route {
  return route({
    method: 'post',
    url: '/v1/budgets/:budget/check',
    operationId: 'checkBudget',
    tag: 'Budgets',
    summary: 'Whether an amount would be reserved now. No promise, and nothing is reserved.',
    path: z.strictObject({ budget: budgetName }),
    body: z.strictObject({ amount: positiveMoney }).meta({ id: 'CheckBudget' }),
    answers: { 200: budgetCheckSchema },
    run: async ({ path: { budget }, body, caller }) => {
      const { allowed, levels, refusal } = await askLedger(access, caller, async (ledger) =>
        ledger.check({ budget, amount: await toMoney(body.amount) }),
      )
      const said = refusal && {
        code: refusal.code,
        message: refusal.message,
        budget: refusal.budget,
        renewsAt: refusal.renewsAt,
      }
      return { status: 200, body: { allowed, levels, refusal: said } }
    },
  })
}
