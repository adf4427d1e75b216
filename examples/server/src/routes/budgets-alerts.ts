import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { HttpProblem } from '../problem.ts'
import { type Route, route } from '../route.ts'
import { budgetAlertSchema, ledgerPageQuery } from '../schemas/budget.ts'
import { pageOf } from '../schemas/page.ts'
import { askLedger } from './budgets-access.ts'

const tag = 'Budgets'

/** Thresholds that were crossed. */
export function createBudgetAlertRoutes(access: Pick<LedgerAccess, 'open'>): readonly Route[] {
  return [
    route({
      method: 'get',
      url: '/v1/budget-alerts',
      operationId: 'listBudgetAlerts',
      tag,
      summary: 'Lists the alerts that nobody has dismissed, oldest first.',
      query: ledgerPageQuery,
      answers: { 200: pageOf(budgetAlertSchema) },
      run: async ({ query, caller }) => ({
        status: 200,
        body: await askLedger(access, caller, (ledger) => ledger.listAlerts(query)),
      }),
    }),
    route({
      method: 'post',
      url: '/v1/budget-alerts/:alert/dismiss',
      operationId: 'dismissBudgetAlert',
      tag,
      summary: 'Takes an alert that was handled off the list.',
      idempotent: true,
      path: z.strictObject({ alert: z.string() }),
      answers: { 204: '' },
      run: async ({ path: { alert }, caller }) => {
        if (await askLedger(access, caller, (ledger) => ledger.dismissAlert(alert))) return { status: 204 }
        throw new HttpProblem('not_found', `There is no alert ${alert}, or it was dismissed before.`)
      },
    }),
  ]
}
