import type { AlertRule, BudgetChanges, BudgetMatch, BudgetPeriod } from '@ofm-social/budget'
import * as z from 'zod'
import type { LedgerAccess } from '../open-ledger.ts'
import { type Route, route } from '../route.ts'
import { budgetMatch, budgetName, budgetSchema, budgetSettings } from '../schemas/budget.ts'
import { byField } from '../schemas/page.ts'
import { askLedger } from './budgets-access.ts'
import { toMoney } from './budgets-money.ts'

type Settings = z.output<typeof budgetSettings>

const setBody = budgetSettings
  .extend({
    budget: budgetName,
    currency: z.string().optional().meta({ description: 'Of a budget without a limit.' }),
    period: budgetSettings.shape.period.unwrap(),
    match: budgetMatch.optional(),
    by: byField,
  })
  .meta({ id: 'SetBudget' })

/** Adds a budget, or sets all of one. */
export function createSetBudgetRoute(access: Pick<LedgerAccess, 'open'>): Route {
  return route({
    method: 'post',
    url: '/v1/budgets',
    operationId: 'setBudget',
    tag: 'Budgets',
    summary: 'Adds a budget, or sets one anew; its parent must exist.',
    idempotent: true,
    body: setBody,
    answers: { 201: budgetSchema },
    run: async ({ body: { budget, by, currency, match, ...settings }, caller }) => {
      const body = await askLedger(access, caller, async (ledger) => {
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
  })
}

/** Changes some settings of a budget. */
export function createChangeBudgetRoute(access: Pick<LedgerAccess, 'open'>): Route {
  return route({
    method: 'patch',
    url: '/v1/budgets/:budget',
    operationId: 'changeBudget',
    tag: 'Budgets',
    summary: 'Changes what is named and leaves the rest; a limit is in effect at once.',
    path: z.strictObject({ budget: budgetName }),
    body: budgetSettings.extend({ by: byField }).meta({ id: 'ChangeBudget' }),
    answers: { 200: budgetSchema },
    run: async ({ path: { budget }, body: { by, ...settings }, caller }) => ({
      status: 200,
      body: await askLedger(access, caller, async (ledger) =>
        ledger.changeBudget(budget, { ...(await toChanges(settings)), actor: by ?? caller.by }),
      ),
    }),
  })
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

function toPeriod(period: NonNullable<Settings['period']>): BudgetPeriod {
  if (typeof period === 'string' || 'every' in period || 'rollingHours' in period) return period
  const from = new Date(period.from)
  return 'to' in period ? { from, to: new Date(period.to) } : { everySeconds: period.everySeconds, from }
}
