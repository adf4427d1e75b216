import { createHash } from 'node:crypto'
import { isDatabaseError } from './database-error.ts'

/** The name of a statement's text; null: it goes without one. */
export type NameStatement = (text: string) => string | null

/** Texts that are named at most: every connection keeps the plan of each. */
const NAMES_MAX = 200

/**
 * Names for statements that come again: PostgreSQL then reads and plans them once a connection. A name follows from the text, so that it means the same
 * on every connection, whoever used it before.
 */
export interface StatementNames {
  readonly nameStatement: NameStatement
  /**
   * Whether the database refused a statement because of its name: behind a pooler that gives each transaction another connection, or after a migration.
   * Nothing was done, and nothing is named from then on.
   */
  gaveUp(error: unknown): boolean
}

export function createStatementNames(): StatementNames {
  const names = new Map<string, string>()
  let isNaming = true
  return {
    nameStatement(text) {
      if (!isNaming) return null
      const known = names.get(text)
      if (known !== undefined || names.size >= NAMES_MAX) return known ?? null
      const name = `ofm_${createHash('sha256').update(text).digest('hex').slice(0, 40)}`
      names.set(text, name)
      return name
    },
    gaveUp(error) {
      const isOfName = refusals.some((code) => isDatabaseError(error, code))
      if (isOfName) isNaming = false
      return isOfName
    },
  }
}

/** It is not there, it is there already, or its plan no longer fits the tables. */
const refusals = ['26000', '42P05', '0A000'] as const

/** For statements that come rarely. */
export const nameNothing: NameStatement = () => null
