import type { Ledger } from '../ledger.ts'

export interface BudgetedOptions {
  readonly ledger: Ledger
  /** `agency/ada`. */
  readonly budget: string
}

/**
 * A language model of the AI SDK that stops before a call which its budget cannot pay, and settles exactly afterwards, streams and aborts included.
 */
export declare function budgeted<Model extends { readonly specificationVersion: string }>(
  model: Model,
  options: BudgetedOptions,
): Model
