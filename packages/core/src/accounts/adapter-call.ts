import type { AppCredentials, CallContext } from '../platform/call-context.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { Secret } from '../platform/secret.ts'

/** How long a call of accounts at a platform may take: a login, a refresh, reading a profile. */
export const accountCallTimeoutMs = 10_000

/** The context of a call for an account, which may not be stored yet: a token, no files, no attempt. */
export function createAccountCallContext(call: {
  readonly app: AppCredentials
  readonly accessToken: Secret
  readonly now: number
  readonly signal: AbortSignal
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number
  readonly account?: CallContext['account']
}): CallContext {
  const endsAt = call.monotonicNow() + accountCallTimeoutMs
  const refuse = async (): Promise<never> => {
    throw new PlatformError({ code: 'misconfigured', message: 'Reading an account has no files and saves nothing.' })
  }
  return {
    app: call.app,
    ...(call.account && { account: call.account }),
    accessToken: async () => call.accessToken,
    open: refuse,
    publicUrl: refuse,
    save: refuse,
    attempt: { id: '', key: '', number: 0 },
    checkpoint: undefined,
    now: call.now,
    signal: call.signal,
    remainingMs: () => endsAt - call.monotonicNow(),
    markSent: () => undefined,
    noteRateWindows: () => undefined,
  }
}

/** Waits for work until the signal aborts, also when the work does not listen to it. */
export async function untilAborted<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stopListening = () => {}
  const aborted = new Promise<never>((_resolve, reject) => {
    const stop = () => reject(signal.reason)
    if (signal.aborted) stop()
    signal.addEventListener('abort', stop, { once: true })
    stopListening = () => signal.removeEventListener('abort', stop)
  })
  try {
    return await Promise.race([work, aborted])
  } finally {
    stopListening()
  }
}
