export type { BudgetedOptions, BudgetedProblem } from '../call/budgeted-options.ts'
export { budgetedFetch } from './budgeted-fetch.ts'
export type { BudgetedFetchOptions, Fetch } from './budgeted-fetch-options.ts'
export { findBudgetError } from './refusal.ts'
