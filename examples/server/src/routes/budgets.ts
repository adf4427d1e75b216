import type { AlertRule, BudgetChanges, BudgetMatch, BudgetPeriod, TenantLedger } from '@ofm-social/budget'
import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { HttpProblem } from '../problem.ts'
import { type Caller, type Route, route } from '../route.ts'
import {
  budgetCheckSchema,
  budgetMatch,
  budgetName,
  budgetSchema,
  budgetSettings,
  budgetState,
  money,
  periodBalanceSchema,
} from '../schemas/budget.ts'
import { byField } from '../schemas/page.ts'
import { askLedger } from './budgets-access.ts'

const tag = 'Budgets'
const path = z.strictObject({ budget: budgetName })
type Settings = z.output<typeof budgetSettings>

/** Budgets of the caller's agency: a tenant of the ledger. */
export function createBudgetRoutes(access: Pick<LedgerAccess, 'open'>): readonly Route[] {
  const ask = <Result>(caller: Caller, work: (ledger: TenantLedger) => Promise<Result>) =>
    askLedger(access, caller, work)
  return [
    route({
      method: 'post',
      url: '/v1/budgets',
      operationId: 'setBudget',
      tag,
      summary: 'Adds a budget, or sets one anew; its parent must exist.',
      idempotent: true,
      body: budgetSettings
        .extend({
          budget: budgetName,
          currency: z.string().optional().meta({ description: 'Of a budget without a limit.' }),
          period: budgetSettings.shape.period.unwrap(),
          match: budgetMatch.optional(),
          by: byField,
        })
        .meta({ id: 'SetBudget' }),
      answers: { 201: budgetSchema },
      run: async ({ body: { budget, by, currency, match, ...settings }, caller }) => {
        const body = await ask(caller, async (ledger) => {
          const { limit, ...input } = await toChanges(settings)
          const given = {
            ...(limit ? { limit } : {}),
            ...(currency === undefined ? {} : { currency }),
            ...(match === undefined ? {} : { match: toMatch(match) }),
          }
          return ledger.setBudget(budget, {
            ...input,
            ...given,
            period: toPeriod(settings.period),
            actor: by ?? caller.by,
          })
        })
        return { status: 201, body }
      },
    }),
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
        body: { items: await ask(caller, (ledger) => ledger.listBudgets(query)) },
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
        body: await ask(caller, (ledger) => ledger.getBudget(budget, at === undefined ? {} : { at: new Date(at) })),
      }),
    }),
    route({
      method: 'patch',
      url: '/v1/budgets/:budget',
      operationId: 'changeBudget',
      tag,
      summary: 'Changes what is named and leaves the rest; a limit is in effect at once.',
      path,
      body: budgetSettings.extend({ by: byField }).meta({ id: 'ChangeBudget' }),
      answers: { 200: budgetSchema },
      run: async ({ path: { budget }, body: { by, ...settings }, caller }) => ({
        status: 200,
        body: await ask(caller, async (ledger) =>
          ledger.changeBudget(budget, { ...(await toChanges(settings)), actor: by ?? caller.by }),
        ),
      }),
    }),
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
        body: await ask(caller, (ledger) => ledger.setState(budget, state, { reason, actor: by ?? caller.by })),
      }),
    }),
    route({
      method: 'post',
      url: '/v1/budgets/:budget/check',
      operationId: 'checkBudget',
      tag,
      summary: 'Whether an amount would be reserved now. No promise, and nothing is reserved.',
      path,
      body: z.strictObject({ amount: money }).meta({ id: 'CheckBudget' }),
      answers: { 200: budgetCheckSchema },
      run: async ({ path: { budget }, body, caller }) => {
        const { allowed, levels, refusal } = await ask(caller, async (ledger) =>
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
    }),
  ]
}

async function toMoney(text: string) {
  const { parseAmount } = await import('@ofm-social/budget')
  const [amount = '', currency = ''] = text.split(' ')
  return parseAmount(amount, currency)
}

async function toChanges({
  limit,
  enforcement,
  period,
  timeZone,
  alertAt,
  whileAway,
}: Settings): Promise<BudgetChanges> {
  const rules = alertAt && (await Promise.all(alertAt.map(toAlertRule)))
  return {
    ...(limit === undefined ? {} : { limit: limit === null ? null : await toMoney(limit) }),
    ...(enforcement === undefined ? {} : { enforcement }),
    ...(period === undefined ? {} : { period: toPeriod(period) }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(rules === undefined ? {} : { alertAt: rules }),
    ...(whileAway === undefined ? {} : { whileAway }),
  }
}

async function toAlertRule(rule: NonNullable<Settings['alertAt']>[number]): Promise<number | AlertRule> {
  if (typeof rule === 'number') return rule
  return { of: rule.of, at: typeof rule.at === 'number' ? rule.at : await toMoney(rule.at) }
}

function toMatch({ vendor, meter }: z.output<typeof budgetMatch>): BudgetMatch {
  return { ...(vendor === undefined ? {} : { vendor }), ...(meter === undefined ? {} : { meter }) }
}

function toPeriod(period: Settings['period']): BudgetPeriod {
  if (period === undefined) throw new HttpProblem('invalid_input', 'period is missing.')
  if (typeof period === 'string' || 'every' in period || 'rollingHours' in period) return period
  const from = new Date(period.from)
  return 'to' in period ? { from, to: new Date(period.to) } : { everySeconds: period.everySeconds, from }
}
