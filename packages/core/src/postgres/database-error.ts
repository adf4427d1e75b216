/** What `pg` and PGlite throw when the database refuses a statement. */
export interface DatabaseError extends Error {
  /** SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html */
  readonly code: string
  readonly constraint?: string
}

/** Whether the database answered with this SQLSTATE, for this constraint where one is named. */
export function isDatabaseError(error: unknown, code: string, constraint?: string): error is DatabaseError {
  if (!(error instanceof Error) || !('code' in error) || error.code !== code) return false
  return constraint === undefined || ('constraint' in error && error.constraint === constraint)
}
