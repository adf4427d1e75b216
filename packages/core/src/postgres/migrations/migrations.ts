import { firstTables } from './0001-first-tables.ts'
import { createPostFunctions } from './0002-create-post.ts'
import { metricTables } from './0003-metrics.ts'
import { durableEngine } from './0004-durable-engine.ts'
import { webhookTables } from './0005-webhooks.ts'
import { spendingTables } from './0006-spending.ts'
import { accountAliases } from './0007-account-aliases.ts'
import { loginChoices } from './0008-login-choices.ts'
import { budgetEvents } from './0009-budget-events.ts'
import { rateWindows } from './0010-rate-windows.ts'
import { yieldingParts } from './0011-yielding-parts.ts'
import type { Migration } from './migration.ts'

/** All steps of the schema, in order. */
export const migrations: readonly Migration[] = [
  firstTables,
  createPostFunctions,
  metricTables,
  durableEngine,
  webhookTables,
  spendingTables,
  accountAliases,
  loginChoices,
  budgetEvents,
  rateWindows,
  yieldingParts,
]
