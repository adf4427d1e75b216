import type { SharedHold } from './publishing-store.ts'

/** How long a hold was kept, epoch milliseconds. */
export interface Held {
  readonly since: number
  readonly until: number | null
}

/** Clocks of a transition and of its commit differ a little. */
const SAME_LENGTH = 1.1

/**
 * Until when a limit holds, epoch milliseconds. One that is met again before as much time has passed since its last hold as that hold took has been met
 * in a row: the next longer wait. Undefined: it holds already, and was met by a call that had begun before.
 */
export function toLimitEnd(
  { hold, longerWaitsMs = [] }: Pick<SharedHold, 'hold' | 'longerWaitsMs'>,
  last: Held | undefined,
  now: number,
): number | null | undefined {
  const { until } = hold
  if (last === undefined || last.until === null || until === null) return until
  if (last.until > now) return undefined
  const lastMs = last.until - last.since
  if (now - last.until > lastMs) return until
  const nextMs = [until - now, ...longerWaitsMs].find((waitMs) => waitMs > lastMs * SAME_LENGTH)
  return now + (nextMs ?? longerWaitsMs.at(-1) ?? until - now)
}
