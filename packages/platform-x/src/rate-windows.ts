import type { RateOperation, RateWindow } from '@ofm-social/core'
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
    const endpoint = `${method} ${toRoute(path)}`
    const window = readRateWindow(headers, { name: `${endpoint}${suffix}`, scope, prefix, reset: 'epoch_seconds' }, now)
    return window ? { ...window, operations: operationsOf(endpoint) } : []
  })
}

/** X counts each endpoint alone. What a post or its look can do without keeps neither back. */
function operationsOf(endpoint: string): readonly RateOperation[] {
  if (/^\w+ \/2\/media\//.test(endpoint)) return ['prepare']
  return operations[endpoint] ?? []
}

const operations: Readonly<Record<string, readonly RateOperation[]>> = {
  'POST /2/tweets': ['publish'],
  'DELETE /2/tweets/:id': ['remove'],
  'GET /2/users/:id/tweets': ['look'],
  'GET /2/tweets': ['metrics'],
  'GET /2/users/me': ['metrics'],
}

/** Windows belong to an endpoint, not to the id in its path; the number at the beginning is the API's version. */
function toRoute(path: string): string {
  return path.replace(/(?<=.)\/\d+(?=\/|$)/g, '/:id')
}
