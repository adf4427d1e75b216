import type { CallSettings } from './call-settings.ts'

/** The provider's side of a call, which may outlive the caller's. */
export interface Upstream {
  /** For the provider instead of the caller's. */
  readonly signal: AbortSignal
  /** The caller went away: reads on for a while, or ends at once. */
  leave(reason: unknown): void
  /** Ends the call now. */
  stop(reason: unknown): void
  /** The call is over. */
  close(): void
}

export function createUpstream({ afterAbort, drainMs, drainsMax, drains, host }: CallSettings): Upstream {
  const controller = new AbortController()
  let stopTimer: (() => void) | null = null
  let over = false
  return {
    signal: controller.signal,
    leave(reason) {
      if (over || stopTimer) return
      if (afterAbort !== 'drain' || drains.open >= drainsMax) {
        controller.abort(reason)
        return
      }
      drains.open++
      stopTimer = host.after(drainMs, () => controller.abort(reason))
    },
    stop: (reason) => controller.abort(reason),
    close() {
      if (over) return
      over = true
      if (!stopTimer) return
      drains.open--
      stopTimer()
    },
  }
}
