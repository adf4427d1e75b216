import type { RateWindow } from '../platform/rate-window.ts'
import type { PublishingStore } from './publishing-store.ts'
import { afterAnswer } from './rate-hold.ts'

const RESET_MAX_MS = 366 * 24 * 3_600_000
const SCOPES: readonly RateWindow['scope'][] = ['account', 'app', 'egress']

/** Keeps what answers say about limits while a step goes on, and stores it with what the step came to. */
export interface NotedRateWindows {
  note(windows: readonly RateWindow[]): void
  /** The same store; the next change takes along what was noted, and is decided with it. */
  readonly store: PublishingStore
}

export function noteRateWindows(store: PublishingStore): NotedRateWindows {
  const noted: RateWindow[] = []
  return {
    note: (windows) => void noted.push(...windows),
    store: {
      ...store,
      async change(key, guard, transition) {
        const count = noted.length
        if (count === 0) return store.change(key, guard, transition)
        const changed = await store.change(key, guard, (publication, now, conditions) => {
          const rateWindows = selectStorable(noted, now)
          const windows = afterAnswer(conditions.windows, rateWindows, now)
          const change = transition(publication, now, { ...conditions, windows })
          return change && rateWindows.length > 0 ? { ...change, rateWindows } : change
        })
        if (changed) noted.splice(0, count)
        return changed
      },
    },
  }
}

/** The last word on each window. What no platform could mean is left out: the result of a write is stored with them, and must not fail over a header. */
export function selectStorable(noted: readonly RateWindow[], now: number): readonly RateWindow[] {
  const latest = new Map(noted.filter((window) => isSound(window, now)).map((one) => [`${one.scope} ${one.name}`, one]))
  return [...latest.values()]
}

function isSound({ name, scope, limit, remaining, resetAt }: RateWindow, now: number): boolean {
  const numbers = [limit, remaining, resetAt].every((value) => Number.isFinite(value))
  return numbers && name.length > 0 && SCOPES.includes(scope) && resetAt > 0 && resetAt < now + RESET_MAX_MS
}
