export type { BudgetedOptions, BudgetedProblem } from '../call/budgeted-options.ts'
export { budgeted, budgetMiddleware } from './budgeted.ts'
