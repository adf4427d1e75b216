import type { HttpFailure } from '@ofm-social/core/http'
import { expect, test } from 'vitest'
import { graphError } from './__fixtures__/answers.ts'
import { findMeaning } from './error-rules.ts'
import { toPlatformError } from './to-platform-error.ts'

interface Meaning {
  readonly code: string
  readonly retryAfterMs?: number
  readonly longerWaitsMs?: readonly number[]
  readonly until?: number
  readonly scope?: string
}

const now = Date.UTC(2026, 11, 1, 12)
const dayMs = 86_400_000
const unknown = { code: 'outcome_unknown' }
const invalid = { code: 'invalid_post' }
const again = { code: 'prepare_again' }
const blocked = { code: 'account_blocked', until: now + dayMs }
const quota = { code: 'quota_exhausted', until: now + 3_600_000 }
const soon = (retryAfterMs: number) => ({ code: 'not_accepted', retryAfterMs })
/** In minutes: the first wait, and the longer ones if it is met again at once. */
const limited = ([first = 0, ...longer]: readonly number[], scope = 'account') => ({
  code: 'rate_limited',
  retryAfterMs: first * 60_000,
  ...(longer.length > 0 && { longerWaitsMs: longer.map((minutes) => minutes * 60_000) }),
  scope,
})

function read(code: number, subcode: number | undefined, path: string): object {
  const failure: HttpFailure = {
    method: 'POST',
    path,
    status: 400,
    headers: new Headers(),
    json: graphError(code, subcode).json,
    text: '',
    mutating: true,
    now,
  }
  const error = toPlatformError(failure)
  const { retryAfterMs, longerWaitsMs, until, scope } = error ?? {}
  const hasScope = error?.code === 'rate_limited' || error?.code === 'misconfigured'
  return {
    code: error?.code,
    ...(retryAfterMs !== undefined && { retryAfterMs }),
    ...(longerWaitsMs !== undefined && { longerWaitsMs }),
    ...(until !== undefined && { until }),
    ...(hasScope && { scope }),
  }
}

/** Code, subcode, what it means for a container, and for the write that people see where that differs. */
const rows: readonly (readonly [number, number | undefined, Meaning, Meaning?])[] = [
  [-2, 2207003, soon(10_000), unknown],
  [-2, 2207020, again],
  [-1, 2207001, { code: 'not_accepted' }, unknown],
  [-1, 2207032, soon(10_000), unknown],
  [-1, 2207053, soon(30_000), unknown],
  [-1, 2207073, { code: 'not_supported' }],
  [1, 2207057, invalid],
  [1, undefined, { code: 'not_accepted' }, unknown],
  [2, undefined, { code: 'not_accepted' }, unknown],
  [4, 2207051, blocked, unknown],
  [9, 2207042, quota],
  [10, undefined, { code: 'permission_missing' }],
  [20, 1772107, invalid, unknown],
  [24, 2207006, again, unknown],
  [24, 2207008, again, unknown],
  [25, 2207050, blocked],
  [100, undefined, invalid],
  [100, 33, { code: 'bad_response' }, unknown],
  [100, 2108006, invalid],
  [100, 2207023, invalid],
  [100, 2207028, invalid],
  [100, 2207035, invalid],
  [100, 2207036, invalid],
  [100, 2207037, invalid],
  [100, 2207040, invalid],
  [100, 2207089, invalid],
  [200, undefined, { code: 'permission_missing' }],
  [299, undefined, { code: 'permission_missing' }],
  [352, 2207026, invalid],
  [368, undefined, blocked],
  [506, undefined, { code: 'duplicate' }],
  [803, undefined, invalid],
  [2500, undefined, invalid],
  [9004, 2207052, soon(15_000), unknown],
  [9007, 2207027, soon(10_000)],
  [36000, 2207004, invalid],
  [36001, 2207005, invalid],
  [36003, 2207009, invalid],
  [36004, 2207010, invalid],
  // Their codes are not known.
  [7, 2207055, soon(10_000), unknown],
  [7, 2207076, soon(30_000), unknown],
  [7, 2207077, soon(15_000), unknown],
  [7, 2207081, invalid],
  [7, 2207082, soon(30_000), unknown],
  [7, 2207085, soon(30_000), unknown],
  // Tokens, and the app.
  [190, undefined, { code: 'token_expired' }],
  [190, 458, { code: 'reconnect' }],
  [190, 459, { code: 'reconnect' }],
  [190, 460, { code: 'reconnect' }],
  [190, 463, { code: 'token_expired' }],
  [190, 464, { code: 'reconnect' }],
  [190, 467, { code: 'reconnect' }],
  [190, 492, { code: 'reconnect' }],
  [102, undefined, { code: 'reconnect' }],
  [3, undefined, { code: 'misconfigured', scope: 'app' }],
  // Limits.
  [4, undefined, limited([15, 60], 'app')],
  [9, undefined, quota],
  [17, undefined, limited([15, 60, 240])],
  [32, undefined, limited([15, 60, 240])],
  [341, undefined, limited([60], 'app')],
  [613, undefined, limited([1, 2, 4, 8, 16, 32, 60])],
  [613, 1996, limited([1, 2, 4, 8, 16, 32, 60])],
  [80001, undefined, limited([15, 60, 240])],
  [80002, undefined, limited([15, 60, 240])],
  [80006, undefined, limited([15, 60, 240])],
]

const documented = rows.map(([code, subcode, made, published = made]) => ({ code, subcode, made, published }))

test.each(documented)('$code/$subcode means what is documented, at a container and at a publish', (row) => {
  expect(read(row.code, row.subcode, '/v25.0/1/media')).toEqual(row.made)
  expect(read(row.code, row.subcode, '/v25.0/1/media_publish')).toEqual(row.published)
})

const ofSentences = rows.flatMap(([, subcode, { code }]) =>
  subcode !== undefined && subcode > 2_207_001 ? [{ subcode, code }] : [],
)

test.each(ofSentences)('$subcode means the same in the sentence of a container, which has no code', (row) => {
  const isOfPublish = row.subcode === 2207006 || row.subcode === 2207008
  expect(findMeaning(undefined, row.subcode)?.code).toBe(isOfPublish ? undefined : row.code)
})
