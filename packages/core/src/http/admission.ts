import type { CallContext } from '../platform/call-context.ts'
import type { OAuthContext } from '../platform/platform-oauth.ts'
import { CallStopped } from './deadline.ts'
import { isCallContext } from './request-headers.ts'

/** Decides, once per call, whether a request may begin to leave, and remembers that it did. */
export interface Admission {
  admit(): Error | undefined
  hasStarted(): boolean
  /** What `markSent` threw when it refused: to be thrown as it is. */
  refusal(): unknown
}

/** A mutating call is marked as sent before its first byte; a second start of any call is refused. */
export function createAdmission(
  call: { readonly method: string; readonly path: string; readonly mutating: boolean },
  context: CallContext | OAuthContext,
  signal: AbortSignal,
): Admission {
  let started = false
  let refusal: unknown
  return {
    admit() {
      if (started) return new CallStopped('second_start')
      if (signal.aborted) return toError(signal.reason)
      if (isTooLate(context)) return new CallStopped('too_late')
      try {
        if (call.mutating && isCallContext(context)) context.markSent({ method: call.method, path: call.path })
      } catch (error) {
        refusal = error
        return toError(error)
      }
      started = true
      return undefined
    },
    hasStarted: () => started,
    refusal: () => refusal,
  }
}

/** Whether the caller's lease or deadline is over: a process that was paused finds out here. */
export function isTooLate(context: CallContext | OAuthContext): boolean {
  return isCallContext(context) && context.remainingMs() <= 0
}

function toError(reason: unknown): Error {
  return reason instanceof Error ? reason : new CallStopped('aborted')
}
