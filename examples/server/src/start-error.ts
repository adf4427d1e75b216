/** Why the server cannot start: one sentence that says what to do. Shown without a stack. */
export class StartError extends Error {
  override readonly name = 'StartError'

  constructor(message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
  }
}

/** Code of a system error: `EADDRINUSE`, `EACCES`. */
export function systemCodeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
