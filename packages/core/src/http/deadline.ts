import type { Readable } from 'node:stream'

const timerMsMax = 2_147_483_647

/** Why we ended a call ourselves. */
export class CallStopped extends Error {
  readonly why: 'aborted' | 'timeout' | 'too_late' | 'second_start'

  constructor(why: CallStopped['why']) {
    super(why)
    this.why = why
  }
}

/** Ends a call when its caller aborts or its time is over. */
export interface Deadline {
  /** Aborts with a `CallStopped`. */
  readonly signal: AbortSignal
  /** Stops the clock; the caller's signal goes on ending the body until it is closed. */
  handOverTo(body: Readable): void
  /** Nothing ends the call any more, unless it was handed over. */
  stop(): void
}

/** Timers are monotonic: a wall clock that is set back or forth changes nothing. */
export function startDeadline(callerSignal: AbortSignal, timeoutMs: number): Deadline {
  const controller = new AbortController()
  const timer = setTimeout(
    () => controller.abort(new CallStopped('timeout')),
    Math.min(Math.max(timeoutMs, 0), timerMsMax),
  )
  const onAbort = () => controller.abort(new CallStopped('aborted'))
  if (callerSignal.aborted) onAbort()
  else callerSignal.addEventListener('abort', onAbort, { once: true })
  const forgetCaller = () => callerSignal.removeEventListener('abort', onAbort)
  let isHandedOver = false
  return {
    signal: controller.signal,
    handOverTo(body) {
      isHandedOver = true
      clearTimeout(timer)
      body.once('close', forgetCaller)
    },
    stop() {
      clearTimeout(timer)
      if (!isHandedOver) forgetCaller()
    },
  }
}
