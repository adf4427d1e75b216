import { createInputProblems, expectBudget, expectId, expectMoment, expectNote } from './input-problems.ts'
import type { BudgetCheck, CheckRequest, TenantLedger } from './ledger.ts'
import type { LevelsRow, StateChange, StoreRefusal } from './ledger-store.ts'
import { parseBudgetChanges, parseBudgetInput } from './parse-budget-input.ts'
import { findRefusal } from './refusal.ts'
import { type CheckedCost, toCheckedCost } from './store-items.ts'
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
      assertState(budget, { state, reason, actor })
      return toBalance(unwrapAnswer(await store.setState(tenant, { budget, state, reason, actor }), {}))
    },
    check: (request) => checkAmount(tenant, parts, request),
  }
}

async function checkAmount(tenant: string, parts: TenantLedgerParts, request: CheckRequest): Promise<BudgetCheck> {
  const cost = toCheckedCost(request)
  parts.sweeper.noteUse()
  const path = unwrapAnswer(await parts.store.readLevels(tenant, request.budget, cost.origin), {})
  const refusal = await findRefusalOf(tenant, parts, { path, cost })
  // What has expired stands in nobody's way.
  if (refusal?.status === 'exceeded' && (await parts.sweeper.sweep(tenant)) > 0)
    return checkAmount(tenant, parts, request)
  const error = refusal ? toBudgetError(refusal, cost.money) : null
  return { allowed: error === null, levels: path.levels.map(toBalance), refusal: error }
}

interface Checked {
  readonly path: LevelsRow
  readonly cost: CheckedCost
}

/** Why an amount would be refused now; in another currency, as a reservation would convert it. */
async function findRefusalOf(
  tenant: string,
  { convert }: TenantLedgerParts,
  { path: { levels, now }, cost: { money, details } }: Checked,
): Promise<StoreRefusal | undefined> {
  const other = levels.find(({ currency }) => currency !== money.currency)
  if (!other) return findRefusal(levels, money.amountNanos, now)
  const { budget, currency } = other
  const amount = { amountNanos: money.amountNanos, details }
  const converted = await convert.findReserved(tenant, amount, { from: money.currency, to: currency })
  if (converted === null) return { status: 'currency_mismatch', budget, currency, rate: 'missing' }
  return findRefusal(levels, converted, now)
}

function assertBudget(budget: string): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.assertNone()
}

function assertPeriodAsked(budget: string, at: Date | undefined): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  if (at !== undefined) expectMoment(problems, 'at', at)
  problems.assertNone()
}

function assertState(budget: string, { state, reason, actor }: Omit<StateChange, 'budget'>): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.expect(['open', 'frozen', 'closed'].includes(state), 'state', 'must be open, frozen or closed.')
  expectId(problems, 'reason', reason)
  expectNote(problems, 'actor', actor)
  problems.assertNone()
}
