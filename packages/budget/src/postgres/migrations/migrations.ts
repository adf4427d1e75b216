import { ledger } from './0001-ledger.ts'
import type { Migration } from './migration.ts'

/** All steps of the schema, in order. */
export const migrations: readonly Migration[] = [ledger]
