import type { StoreAnswer } from './ledger-store.ts'
import { type Asked, toBudgetError } from './to-budget-error.ts'

/** The row of an answer, or the error of its refusal. */
export function unwrapAnswer<Row>(answer: StoreAnswer<Row>, asked: Asked): Row {
  if (answer.status === 'done') return answer.row
  throw toBudgetError(answer, asked)
}
