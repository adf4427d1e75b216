import { adjustments } from './0001/adjustments.ts'
import { alerts } from './0001/alerts.ts'
import { budgets } from './0001/budgets.ts'
import { checks } from './0001/checks.ts'
import { finishing } from './0001/finishing.ts'
import { rates } from './0001/rates.ts'
import { reading } from './0001/reading.ts'
import { reserving } from './0001/reserving.ts'
import { rolling } from './0001/rolling.ts'
import { tables } from './0001/tables.ts'
import type { Migration } from './migration.ts'

export const ledger: Migration = {
  name: '0001-ledger',
  statements: [
    ...tables,
    ...rates,
    ...alerts,
    ...rolling,
    ...reading,
    ...budgets,
    ...reserving,
    ...finishing,
    ...adjustments,
    ...checks,
  ],
}
