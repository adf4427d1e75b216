export { type BudgetedOptions, budgeted } from './budgeted.ts'
