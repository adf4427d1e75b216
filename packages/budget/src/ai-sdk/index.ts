export { budgeted, budgetMiddleware } from './budgeted.ts'
export type { BudgetedOptions, BudgetedProblem } from './budgeted-options.ts'
