import type { EventStore } from '../events/event-store.ts'
import { DEFAULT_AGENCY } from '../model/agency.ts'
import {
  type AttemptSpending,
  type AttemptSpendingDependencies,
  createAttemptSpending,
  defaultBudgetOf,
} from './attempt-spending.ts'
import { type BookCall, createBookCall } from './book-call.ts'
import { createForwardAlerts, type ForwardAlerts } from './forward-alerts.ts'
import { createPayForCall, type PayForCall } from './pay-for-call.ts'
import { createSettleSpending, type SettleSpending } from './settle-spending.ts'
import type { BudgetOf, Spending } from './spending.ts'
import type { SpendingStore } from './spending-store.ts'

/** What core does with a ledger. */
export interface SpendingParts {
  readonly attempts: AttemptSpending
  readonly payForCall: PayForCall
  readonly bookCall: BookCall
  readonly settle: SettleSpending
  readonly forwardAlerts: ForwardAlerts
}

/** The parts that spend: wiring only. Undefined without a ledger. */
export function createSpending(dependencies: {
  readonly spending: Spending | undefined
  readonly budgetOf: BudgetOf | undefined
  readonly store: SpendingStore
  readonly tell: EventStore['tell']
  readonly createCallId: () => string
  readonly after: AttemptSpendingDependencies['after']
  readonly monotonic: () => number
  readonly log: AttemptSpendingDependencies['log']
}): SpendingParts | undefined {
  const { spending, budgetOf = defaultBudgetOf, store, tell, createCallId, after, monotonic, log } = dependencies
  if (!spending) return undefined
  const readSpender: AttemptSpendingDependencies['readSpender'] = async (agencyId, creatorId) => {
    const { agency, creator } = await store.readSpender(agencyId, creatorId)
    return { agency, creator, tenant: agency === DEFAULT_AGENCY ? null : agency }
  }
  const common = { spending, budgetOf, readSpender, after, log }
  return {
    attempts: createAttemptSpending(common),
    payForCall: createPayForCall({ ...common, createCallId }),
    bookCall: createBookCall({ ...common, createCallId }),
    settle: createSettleSpending({ store, spending, monotonic, log }),
    forwardAlerts: createForwardAlerts({ spending, store, tell }),
  }
}
