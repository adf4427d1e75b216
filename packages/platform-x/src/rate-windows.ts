import type { RateWindow } from '@ofm-social/core'
import { readRateWindow } from '@ofm-social/core/http'

/** What of a response says something about limits. */
export interface RateWindowSource {
  readonly method: string
  readonly path: string
  readonly headers: Headers
  /** Epoch milliseconds. */
  readonly now: number
}

/**
 * X's three families: the endpoint's window for this user, and the rolling 24 hours of the app and of the user. Any of them may be missing.
 *
 * @see https://docs.x.com/x-api/fundamentals/rate-limits
 */
const families = [
  { prefix: 'x-rate-limit', suffix: '', scope: 'account' },
  { prefix: 'x-app-limit-24hour', suffix: ' 24h', scope: 'app' },
  { prefix: 'x-user-limit-24hour', suffix: ' 24h', scope: 'account' },
] as const

/** Reads the windows that an answer names. */
export function readRateWindows({ method, path, headers, now }: RateWindowSource): readonly RateWindow[] {
  return families.flatMap(({ prefix, suffix, scope }) => {
    const name = `${method} ${toRoute(path)}${suffix}`
    return readRateWindow(headers, { name, scope, prefix, reset: 'epoch_seconds' }, now) ?? []
  })
}

/** Windows belong to an endpoint, not to the id in its path; the number at the beginning is the API's version. */
function toRoute(path: string): string {
  return path.replace(/(?<=.)\/\d+(?=\/|$)/g, '/:id')
}
