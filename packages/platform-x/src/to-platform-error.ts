import { PlatformError, type PlatformErrorDetails } from '@ofm-social/core'
import type { HttpFailure } from '@ofm-social/core/http'
import { toRateWait } from './rate-wait.ts'
import { readProblem, type XProblem } from './read-problem.ts'

/** `platformCode` of a refusal that may mean only that a fresh upload is not known everywhere yet. */
export const MEDIA_IDS_INVALID = 'media-ids-invalid'
/** `platformCode` of a refusal that may mean only that the post before is not known everywhere yet. */
export const REPLY_TARGET_INVISIBLE = 'reply-target-invisible'

type Details = Omit<PlatformErrorDetails, 'message' | 'status'>

interface Refusal {
  readonly failure: HttpFailure
  readonly problem: XProblem
}

interface Rule {
  readonly matches: (refusal: Refusal) => boolean
  readonly details: Details | ((refusal: Refusal) => Details)
}

const noProblem: XProblem = {
  type: undefined,
  title: undefined,
  oauthError: undefined,
  codes: [],
  text: '',
  resetAt: undefined,
}
const hourMs = 3_600_000

/**
 * Reads a refusal as X means it. Hosts of problem types differ, so only their last segment counts; many refusals are told apart by their words alone.
 *
 * @see https://docs.x.com/x-api/fundamentals/response-codes-and-errors
 */
export function toPlatformError(failure: HttpFailure): PlatformError {
  const problem = readProblem(failure.json)
  const refusal = { failure, problem: problem ?? noProblem }
  const rules = isOAuth(failure) ? oauthRules : [...accessRules, ...(problem === undefined ? [] : contentRules)]
  const rule = rules.find(({ matches }) => matches(refusal))
  const details =
    rule === undefined ? toUnclear(refusal, problem === undefined ? 'gateway' : 'x') : toDetails(rule, refusal)
  const said = refusal.problem.text || 'no explanation'
  const { resetAt } = refusal.problem
  const renewed =
    resetAt === undefined ? '' : ` The next cycle begins on ${new Date(resetAt).toISOString().slice(0, 10)}.`
  return new PlatformError({
    platformCode: refusal.problem.type ?? refusal.problem.codes[0]?.toString() ?? refusal.problem.oauthError,
    ...details,
    status: failure.status,
    message: `X answered ${failure.method} ${failure.path} with ${failure.status}: ${said}${renewed}`,
  })
}

/** Billing before limits: X refuses for a lack of credits with thousands of calls left. */
const billingAndLimitRules: readonly Rule[] = [
  {
    // The limit may be raised long before the day on which its cycle ends; a call that is refused costs nothing.
    matches: ({ failure, problem }) => problem.title === 'SpendCapReached' && failure.status === 403,
    details: ({ failure, problem }) =>
      problem.resetAt === undefined
        ? { code: 'app_blocked', scope: 'app', platformCode: 'SpendCapReached' }
        : {
            code: 'quota_exhausted',
            scope: 'app',
            until: Math.min(problem.resetAt, failure.now + hourMs),
            platformCode: 'SpendCapReached',
          },
  },
  {
    matches: ({ failure, problem }) => failure.status === 402 || problem.type === 'credits',
    details: { code: 'app_blocked', scope: 'app', platformCode: 'CreditsDepleted' },
  },
  {
    // The cycle's end is not in the answer; asking again in a few hours costs nothing. The cap of reads lets writes go on.
    matches: ({ problem }) => problem.type === 'usage-capped',
    details: ({ failure }) => ({
      code: 'quota_exhausted',
      scope: failure.method === 'GET' ? 'post' : 'app',
      until: failure.now + 6 * hourMs,
    }),
  },
  {
    matches: ({ failure }) => failure.status === 429 || failure.status === 420,
    details: ({ failure }) => ({
      code: 'rate_limited',
      ...toRateWait(failure),
      ...(isOAuth(failure) ? { scope: 'app' } : {}),
    }),
  },
]

const accessRules: readonly Rule[] = [
  ...billingAndLimitRules,
  {
    matches: forbidden({ codes: [185], words: /daily (?:\w+ )?limit|limit for daily/i }),
    details: { code: 'rate_limited', scope: 'account', retryAfterMs: 3 * hourMs },
  },
  {
    matches: ({ failure, problem }) => failure.status === 401 || hasCode(problem, [32, 89, 99, 135, 215]),
    details: { code: 'token_expired' },
  },
  {
    // Refused by a gateway as often as by X, and never better the second time.
    matches: ({ failure }) => [405, 413, 415, 431].includes(failure.status) && !isCreate(failure),
    details: { code: 'invalid_post' },
  },
]

const contentRules: readonly Rule[] = [
  {
    matches: forbidden({
      types: ['client-forbidden', 'unsupported-authentication', 'oauth1-permissions'],
      codes: [93, 261, 415, 416, 417, 425],
    }),
    details: { code: 'misconfigured', scope: 'app' },
  },
  {
    // A token without the scope gets nothing but this word.
    matches: ({ failure, problem }) => failure.status === 403 && problem.text === 'Forbidden',
    details: { code: 'permission_missing' },
  },
  { matches: forbidden({ codes: [187], words: /duplicate content/i }), details: { code: 'duplicate' } },
  {
    matches: ({ failure, problem }) =>
      isClientFault(failure) && (hasCode(problem, [324, 325]) || /media ids are invalid/i.test(problem.text)),
    details: { code: 'invalid_post', platformCode: MEDIA_IDS_INVALID },
  },
  {
    matches: forbidden({ codes: [385], words: /deleted or not visible/i }),
    details: { code: 'invalid_post', platformCode: REPLY_TARGET_INVISIBLE },
  },
  {
    matches: forbidden({
      types: ['not-authorized-for-resource'],
      codes: [433],
      words: /not been mentioned|are mentioned or are the author|reply to this conversation is not allowed/i,
    }),
    details: { code: 'not_supported' },
  },
  {
    // Asking again soon looks no less automated.
    matches: forbidden({ codes: [226], words: /might be automated/i }),
    details: ({ failure }) => ({ code: 'account_blocked', until: failure.now + 3 * hourMs }),
  },
  {
    matches: forbidden({
      types: ['user-suspended'],
      codes: [64, 326],
      words: /account (?:is|has been) (?:temporarily )?(?:locked|suspended)|user has been suspended/i,
    }),
    details: { code: 'account_blocked' },
  },
  {
    // A post, a Community or a place that the new post names, and not the address of the API.
    matches: ({ failure, problem }) =>
      failure.status === 404 &&
      isCreate(failure) &&
      (problem.type === 'resource-not-found' || hasCode(problem, [144, 179, 421, 422])),
    details: { code: 'invalid_post' },
  },
  {
    matches: ({ failure }) => failure.status === 404 && isCreate(failure),
    details: { code: 'misconfigured', scope: 'app' },
  },
  { matches: ({ failure }) => failure.status === 404 && isMedia(failure), details: { code: 'prepare_again' } },
  { matches: ({ failure }) => failure.status === 404, details: { code: 'bad_response' } },
  { matches: ({ failure }) => isClientFault(failure) && failure.status !== 408, details: { code: 'invalid_post' } },
]

const oauthRules: readonly Rule[] = [
  ...billingAndLimitRules,
  {
    matches: ({ failure, problem }) =>
      failure.status === 400 &&
      ['invalid_grant', 'invalid_request'].includes(problem.oauthError ?? '') &&
      !/missing/i.test(problem.text),
    details: { code: 'reconnect' },
  },
  {
    matches: ({ failure, problem }) => isClientFault(failure) && problem.oauthError !== undefined,
    details: { code: 'misconfigured', scope: 'app' },
  },
  // Without X's own words (an outage answered 401 to everybody) nothing is known about the grant.
  { matches: () => true, details: { code: 'not_accepted' } },
]

/** Server errors and gateways: what was to be made may have been made. Media and look-ups may simply be repeated. */
function toUnclear({ failure }: Refusal, speaker: 'x' | 'gateway'): Details {
  if (isCreate(failure))
    return { code: 'outcome_unknown', ...(speaker === 'x' ? {} : { platformCode: `http-${failure.status}` }) }
  return { code: 'not_accepted' }
}

function toDetails({ details }: Rule, refusal: Refusal): Details {
  return typeof details === 'function' ? details(refusal) : details
}

function forbidden(signs: { types?: readonly string[]; codes?: readonly number[]; words?: RegExp }): Rule['matches'] {
  return ({ failure, problem }) =>
    isClientFault(failure) &&
    (hasCode(problem, signs.codes ?? []) ||
      (failure.status === 403 && (signs.types ?? []).includes(problem.type ?? '')) ||
      (failure.status === 403 && (signs.words?.test(problem.text) ?? false)))
}

function hasCode(problem: XProblem, codes: readonly number[]): boolean {
  return problem.codes.some((code) => codes.includes(code))
}

function isClientFault({ status }: HttpFailure): boolean {
  return status >= 400 && status < 500
}

function isCreate({ method, path }: HttpFailure): boolean {
  return method === 'POST' && path === '/2/tweets'
}

function isMedia({ path }: HttpFailure): boolean {
  return path.startsWith('/2/media/')
}

function isOAuth({ path }: HttpFailure): boolean {
  return path.startsWith('/2/oauth2/')
}
