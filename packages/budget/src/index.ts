export type { Alert, AlertFilter, AlertPage } from './alert.ts'
export type {
  AlertRule,
  BudgetBalance,
  BudgetChanges,
  BudgetInput,
  BudgetMatch,
  BudgetPeriod,
  BudgetState,
  CalendarPeriod,
  PeriodBalance,
} from './budget.ts'
export { BudgetError, type BudgetErrorCode, type InputProblem, isBudgetError } from './budget-error.ts'
export { createLedger, type LedgerOptions } from './create-ledger.ts'
export type { Entry, EntryFilter, EntryKind, EntryPage } from './entry.ts'
export type { ExchangeRate, ExchangeRateInput } from './exchange-rate.ts'
export type { Fraction } from './fraction.ts'
export type { BudgetCheck, CheckRequest, Ledger, TenantLedger, WorkContext, WorkRequest } from './ledger.ts'
export type { LedgerCheck, LedgerFinding } from './ledger-check.ts'
export type { LedgerProblem } from './ledger-problem.ts'
export type { LedgerStore } from './ledger-store.ts'
export { createMoney, type Money, parseAmount, usd } from './money.ts'
export { type PricedLine, parseUnitPrice, sumLines, type UnitPrice } from './priced-line.ts'
export { createQuote, type Quote, type QuoteInput } from './quote.ts'
export { recomputeCost } from './recompute-cost.ts'
export type {
  AdjustmentRequest,
  ExtendRequest,
  RecordRequest,
  Reservation,
  ReservationMark,
  ReservationRequest,
  ReservationState,
} from './reservation.ts'
export type { Usage, UsageSource } from './usage.ts'
