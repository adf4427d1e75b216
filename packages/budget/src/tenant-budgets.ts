import { createInputProblems, expectBudget, expectId, isDate } from './input-problems.ts'
import type { BudgetCheck, TenantLedger } from './ledger.ts'
import type { PeriodRow, StoreRefusal } from './ledger-store.ts'
import { parseBudgetChanges, parseBudgetInput } from './parse-budget-input.ts'
import { readCost } from './quote.ts'
import { findRefusal } from './refusal.ts'
import { toOrigin } from './store-items.ts'
import type { TenantLedgerParts } from './tenant-ledger-parts.ts'
import { toBudgetError } from './to-budget-error.ts'
import { toBalance } from './to-public.ts'
import { unwrapAnswer } from './unwrap-answer.ts'

type Members = 'setBudget' | 'changeBudget' | 'getBudget' | 'listBudgets' | 'setState' | 'check'

/** What a tenant may spend, and what is left of it. */
export function createTenantBudgets(tenant: string, parts: TenantLedgerParts): Pick<TenantLedger, Members> {
  const { store } = parts
  const { noteUse } = parts.sweeper
  return {
    async setBudget(budget, input) {
      const change = parseBudgetInput(budget, input)
      return toBalance(unwrapAnswer(await store.setBudget(tenant, change), { currency: change.currency }))
    },
    async changeBudget(budget, changes) {
      const patch = parseBudgetChanges(budget, changes)
      return toBalance(unwrapAnswer(await store.changeBudget(tenant, patch), { currency: patch.currency }))
    },
    async getBudget(budget, { at } = {}) {
      noteUse()
      assertPeriodAsked(budget, at)
      const row = unwrapAnswer(await store.readPeriod(tenant, budget, at?.getTime() ?? null), {})
      return { ...toBalance(row), provisional: row.provisional }
    },
    async listBudgets({ below } = {}) {
      noteUse()
      if (below !== undefined) assertBudget(below)
      return (await store.listBudgets(tenant, below ?? null)).map(toBalance)
    },
    async setState(budget, state, { reason, actor = null }) {
      assertState(budget, state, reason)
      return toBalance(unwrapAnswer(await store.setState(tenant, { budget, state, reason, actor }), {}))
    },
    check: (request) => checkAmount(tenant, parts, request),
  }
}

async function checkAmount(
  tenant: string,
  parts: TenantLedgerParts,
  request: Parameters<TenantLedger['check']>[0],
): Promise<BudgetCheck> {
  const { budget, amount } = request
  const { money, details } = readCost(amount)
  const origin = toOrigin(amount, request)
  parts.sweeper.noteUse()
  assertBudget(budget)
  const levels = unwrapAnswer(await parts.store.readLevels(tenant, budget, origin), {})
  const refusal = await findRefusalOf(tenant, parts, { levels, money, details })
  const error = refusal ? toBudgetError(refusal, money) : null
  return { allowed: error === null, levels: levels.map(toBalance), refusal: error }
}

interface CheckedCost extends ReturnType<typeof readCost> {
  readonly levels: readonly PeriodRow[]
}

/** Why an amount would be refused now; in another currency, as a reservation would convert it. */
async function findRefusalOf(
  tenant: string,
  { convert }: TenantLedgerParts,
  { levels, money, details }: CheckedCost,
): Promise<StoreRefusal | undefined> {
  const other = levels.find(({ currency }) => currency !== money.currency)
  if (!other) return findRefusal(levels, money.amountNanos, 'whenever')
  const { budget, currency } = other
  const amount = { amountNanos: money.amountNanos, details }
  const converted = await convert.findReserved(tenant, amount, { from: money.currency, to: currency })
  if (converted === null) return { status: 'currency_mismatch', budget, currency, rate: 'missing' }
  return findRefusal(levels, converted, 'whenever')
}

function assertBudget(budget: string): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.assertNone()
}

function assertPeriodAsked(budget: string, at: Date | undefined): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.expect(at === undefined || isDate(at), 'at', 'must be a Date.')
  problems.assertNone()
}

function assertState(budget: string, state: string, reason: string): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.expect(['open', 'frozen', 'closed'].includes(state), 'state', 'must be open, frozen or closed.')
  expectId(problems, 'reason', reason)
  problems.assertNone()
}
