import type { PlatformErrorDetails } from '@ofm-social/core'

/** What a documented code and subcode means, apart from the endpoint. */
export type ErrorMeaning = Pick<PlatformErrorDetails, 'code' | 'retryAfterMs' | 'longerWaitsMs' | 'scope'>

/** How long an account is left alone after Instagram has blocked it or one of its actions. */
export const BLOCK_MS = 86_400_000

const invalid: ErrorMeaning = { code: 'invalid_post' }
const blocked: ErrorMeaning = { code: 'account_blocked' }
const minuteMs = 60_000
const hourMs = 3_600_000
/** Calls while it is throttled make it longer. */
const throttled: ErrorMeaning = {
  code: 'rate_limited',
  scope: 'account',
  retryAfterMs: 15 * minuteMs,
  longerWaitsMs: [hourMs, 4 * hourMs],
}
const soon = (retryAfterMs: number): ErrorMeaning => ({ code: 'not_accepted', retryAfterMs })

/**
 * By subcode, which is unique across codes.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/error-codes
 */
const bySubcode: Readonly<Record<number, ErrorMeaning>> = {
  33: { code: 'bad_response' },
  2108006: invalid,
  2207003: soon(10_000),
  2207004: invalid,
  2207005: invalid,
  2207009: invalid,
  2207010: invalid,
  2207020: { code: 'prepare_again' },
  2207023: invalid,
  2207026: invalid,
  2207027: soon(10_000),
  2207028: invalid,
  2207032: soon(10_000),
  2207035: invalid,
  2207036: invalid,
  2207037: invalid,
  2207040: invalid,
  2207042: { code: 'quota_exhausted', scope: 'account', retryAfterMs: 3_600_000 },
  2207050: blocked,
  2207051: blocked,
  2207052: soon(15_000),
  2207053: soon(30_000),
  2207055: soon(10_000),
  2207057: invalid,
  2207073: { code: 'not_supported' },
  2207076: soon(30_000),
  2207077: soon(15_000),
  2207081: invalid,
  2207082: soon(30_000),
  2207085: soon(30_000),
  2207089: invalid,
}

/**
 * By code, where the subcode says nothing.
 *
 * @see https://developers.facebook.com/docs/graph-api/guides/error-handling
 */
const byCode: Readonly<Record<number, ErrorMeaning>> = {
  3: { code: 'misconfigured', scope: 'app' },
  4: { code: 'rate_limited', scope: 'app', retryAfterMs: 15 * minuteMs, longerWaitsMs: [hourMs] },
  9: { code: 'quota_exhausted', scope: 'account', retryAfterMs: 3_600_000 },
  10: { code: 'permission_missing' },
  17: throttled,
  25: blocked,
  32: throttled,
  100: invalid,
  102: { code: 'reconnect' },
  341: { code: 'rate_limited', scope: 'app', retryAfterMs: hourMs },
  352: invalid,
  368: blocked,
  506: { code: 'duplicate' },
  613: {
    code: 'rate_limited',
    scope: 'account',
    retryAfterMs: minuteMs,
    longerWaitsMs: [2, 4, 8, 16, 32, 60].map((minutes) => minutes * minuteMs),
  },
  803: invalid,
  2500: invalid,
  9004: soon(15_000),
  9007: soon(10_000),
  36000: invalid,
  36001: invalid,
  36003: invalid,
  36004: invalid,
  80001: throttled,
  80002: throttled,
  80006: throttled,
}

/** Undefined for codes that nobody documents, and for those that mean only that something went wrong. */
export function findMeaning(code: number | undefined, subcode: number | undefined): ErrorMeaning | undefined {
  if (code === 190) return toTokenMeaning(subcode)
  const known = subcode === undefined ? undefined : bySubcode[subcode]
  if (known) return known
  if (code !== undefined && code >= 200 && code <= 299) return { code: 'permission_missing' }
  return code === undefined ? undefined : byCode[code]
}

/** Without a subcode, or with that of an expired session, a refresh may help; all others want the creator. */
function toTokenMeaning(subcode: number | undefined): ErrorMeaning {
  return { code: subcode === undefined || subcode === 463 ? 'token_expired' : 'reconnect' }
}

/** How often a container is made again where Instagram does not say why it failed, or failed itself. */
export const REMAKES_MAX = 3

/** Of failed fetches and uploads, which come and go, the container is made again more often than of a file that could not be processed. */
const remakesBySubcode: Readonly<Record<number, number>> = {
  2207003: REMAKES_MAX,
  2207020: REMAKES_MAX,
  2207052: REMAKES_MAX,
  2207053: 2,
  2207076: 1,
  2207077: 1,
  2207082: 1,
  2207085: 1,
}

/** Of media that Instagram could not take: how often the container is made again before the file is blamed. */
export function toRemakesMax(subcode: number): number {
  return remakesBySubcode[subcode] ?? 0
}
