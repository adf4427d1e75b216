import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { type Route, route } from '../route.ts'
import { budgetName, budgetSchema, budgetState, periodBalanceSchema } from '../schemas/budget.ts'
import { byField } from '../schemas/page.ts'
import { askLedger } from './budgets-access.ts'
import { createBudgetCheckRoute } from './budgets-check.ts'
import { createChangeBudgetRoute, createSetBudgetRoute } from './budgets-settings.ts'

const tag = 'Budgets'
const path = z.strictObject({ budget: budgetName })

/** Budgets of the caller's agency: a tenant of the ledger. */
export function createBudgetRoutes(access: Pick<LedgerAccess, 'open'>): readonly Route[] {
  return [
    createSetBudgetRoute(access),
    route({
      method: 'get',
      url: '/v1/budgets',
      operationId: 'listBudgets',
      tag,
      summary: 'Lists budgets in their present period, by name.',
      query: z.strictObject({ below: budgetName.optional() }),
      answers: { 200: z.strictObject({ items: z.array(budgetSchema) }) },
      run: async ({ query, caller }) => ({
        status: 200,
        body: { items: await askLedger(access, caller, (ledger) => ledger.listBudgets(query)) },
      }),
    }),
    route({
      method: 'get',
      url: '/v1/budgets/:budget',
      operationId: 'getBudget',
      tag,
      summary: 'Reads a budget in its present period, or in the one that holds a moment.',
      path,
      query: z.strictObject({
        at: z.iso.datetime().optional().meta({
          description: 'A moment of the period, ISO 8601, UTC; 404 when the budget was not used in it. Default: now.',
        }),
      }),
      answers: { 200: periodBalanceSchema },
      run: async ({ path: { budget }, query: { at }, caller }) => ({
        status: 200,
        body: await askLedger(access, caller, (ledger) =>
          ledger.getBudget(budget, at === undefined ? {} : { at: new Date(at) }),
        ),
      }),
    }),
    createChangeBudgetRoute(access),
    route({
      method: 'post',
      url: '/v1/budgets/:budget/state',
      operationId: 'setBudgetState',
      tag,
      summary: 'Freezes, closes or opens a budget, and with it all below.',
      path,
      body: z
        .strictObject({ state: budgetState, reason: z.string().min(1).max(200), by: byField })
        .meta({ id: 'SetBudgetState' }),
      answers: { 200: budgetSchema },
      run: async ({ path: { budget }, body: { state, reason, by }, caller }) => ({
        status: 200,
        body: await askLedger(access, caller, (ledger) =>
          ledger.setState(budget, state, { reason, actor: by ?? caller.by }),
        ),
      }),
    }),
    createBudgetCheckRoute(access),
  ]
}
