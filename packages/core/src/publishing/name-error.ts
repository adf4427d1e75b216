/** How an error of the database, or of a mistake in code, reads in a log line. Answers of platforms never come here. */
export const nameError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error)
