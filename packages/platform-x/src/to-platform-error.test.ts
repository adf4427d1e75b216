import type { HttpFailure } from '@ofm-social/core/http'
import { describe, expect, test } from 'vitest'
import * as bodies from './__fixtures__/error-bodies.ts'
import { toPlatformError } from './to-platform-error.ts'

const now = Date.UTC(2026, 10, 1)
const hourMs = 3_600_000

interface Given {
  readonly status: number
  readonly json?: unknown
  readonly text?: string
  readonly headers?: Record<string, string>
}

function read(given: Given, endpoint = 'POST /2/tweets') {
  const [method = '', path = ''] = endpoint.split(' ')
  const failure: HttpFailure = {
    method,
    path,
    status: given.status,
    headers: new Headers(given.headers),
    json: given.json,
    text: given.text ?? JSON.stringify(given.json),
    mutating: method !== 'GET',
    now,
  }
  return toPlatformError(failure)
}

describe('a refused post', () => {
  const cases: readonly (readonly [string, Given, object])[] = [
    ['no credits', { status: 402, json: bodies.creditsDepleted }, { code: 'app_blocked', scope: 'app' }],
    ['no credits, told by a page', { status: 402, text: 'Payment Required' }, { code: 'app_blocked', scope: 'app' }],
    ['credits under another status', { status: 403, json: bodies.creditsDepleted }, { code: 'app_blocked' }],
    [
      'the spending limit, which may be raised before its day',
      { status: 403, json: bodies.spendCapReached },
      {
        code: 'quota_exhausted',
        scope: 'app',
        until: now + hourMs,
        platformCode: 'SpendCapReached',
        message: expect.stringMatching(/spend cap\. The next cycle begins on 2026-11-06\.$/),
      },
    ],
    [
      'the spending limit on the evening before its day',
      { status: 403, json: { ...bodies.spendCapReached, reset_date: '2026-11-01T00:20:00Z' } },
      { code: 'quota_exhausted', until: now + hourMs / 3 },
    ],
    [
      'the spending limit without a day',
      { status: 403, json: { ...bodies.spendCapReached, reset_date: undefined } },
      { code: 'app_blocked', scope: 'app', platformCode: 'SpendCapReached' },
    ],
    [
      'the cap of the cycle',
      { status: 429, json: bodies.usageCapped },
      { code: 'quota_exhausted', scope: 'app', until: now + 6 * hourMs },
    ],
    [
      'too many requests',
      { status: 429, json: bodies.tooManyRequests },
      { code: 'rate_limited', retryAfterMs: 60_000 },
    ],
    ['too many requests, old form', { status: 429, json: bodies.legacy(88) }, { code: 'rate_limited' }],
    ['too many requests, told by a page', { status: 429, text: bodies.htmlPage }, { code: 'rate_limited' }],
    ['calm down', { status: 420, json: bodies.legacy(88) }, { code: 'rate_limited' }],
    [
      'the daily limit of posts',
      { status: 403, json: bodies.legacy(185, 'User is over daily status update limit.') },
      { code: 'rate_limited', scope: 'account', retryAfterMs: 3 * hourMs },
    ],
    [
      'the daily limit in words',
      { status: 403, json: bodies.forbidden('You have reached your daily limit for Posts.') },
      { code: 'rate_limited', retryAfterMs: 3 * hourMs },
    ],
    ['a token that is refused', { status: 401, json: bodies.unauthorized }, { code: 'token_expired' }],
    ['a token that is refused, old form', { status: 403, json: bodies.legacy(89) }, { code: 'token_expired' }],
    ['an outage that answers 401 with a page', { status: 401, text: bodies.htmlPage }, { code: 'token_expired' }],
    ['an app outside a project', { status: 403, json: bodies.notEnrolled }, { code: 'misconfigured', scope: 'app' }],
    ['the wrong kind of token', { status: 403, json: bodies.wrongTokenKind }, { code: 'misconfigured' }],
    ['an app without write permission', { status: 403, json: bodies.oauth1Permissions }, { code: 'misconfigured' }],
    ['the same, old form', { status: 403, json: bodies.legacy(261) }, { code: 'misconfigured' }],
    ['a suspended app', { status: 403, json: bodies.legacy(416) }, { code: 'misconfigured' }],
    ['a missing scope', { status: 403, json: bodies.bareForbidden }, { code: 'permission_missing' }],
    ['the same text again', { status: 403, json: bodies.duplicate }, { code: 'duplicate' }],
    ['the same text again, old form', { status: 403, json: bodies.legacy(187) }, { code: 'duplicate' }],
    [
      'five media',
      { status: 400, json: bodies.tooManyMedia },
      { code: 'invalid_post', platformCode: 'invalid-request' },
    ],
    [
      'unknown media',
      { status: 400, json: bodies.mediaIdsInvalid },
      { code: 'invalid_post', platformCode: 'media-ids-invalid' },
    ],
    [
      'unknown media, old form',
      { status: 400, json: bodies.legacy(324) },
      { code: 'invalid_post', platformCode: 'media-ids-invalid' },
    ],
    [
      'two cashtags',
      { status: 403, json: bodies.forbidden('Posts are limited to a maximum of one cashtag') },
      { code: 'invalid_post' },
    ],
    [
      'a forbidden link',
      { status: 403, json: bodies.forbidden('The Tweet contains an invalid URL.') },
      { code: 'invalid_post' },
    ],
    ['a text that is too long, old form', { status: 403, json: bodies.legacy(186) }, { code: 'invalid_post' }],
    [
      'a video that is too long for the account',
      { status: 403, json: bodies.forbidden('This user is not allowed to post a video longer than 2 minutes.') },
      { code: 'invalid_post' },
    ],
    ['a reply to a stranger', { status: 403, json: bodies.replyNotAllowed }, { code: 'not_supported' }],
    [
      'a reply to a stranger, other words',
      { status: 403, json: bodies.replyOnlyWhereMentioned },
      { code: 'not_supported' },
    ],
    ['a conversation closed by its author', { status: 403, json: bodies.legacy(433) }, { code: 'not_supported' }],
    [
      'a reply to a post that is not visible',
      { status: 403, json: bodies.replyTargetInvisible },
      { code: 'invalid_post', platformCode: 'reply-target-invisible' },
    ],
    [
      'the same, old form',
      { status: 403, json: bodies.legacy(385) },
      { code: 'invalid_post', platformCode: 'reply-target-invisible' },
    ],
    [
      'a post that looks automated, for hours',
      { status: 403, json: bodies.legacy(226, 'This request looks like it might be automated.') },
      { code: 'account_blocked', until: now + 3 * hourMs },
    ],
    ['a suspended account', { status: 403, json: bodies.legacy(64) }, { code: 'account_blocked' }],
    ['a locked account', { status: 403, json: bodies.legacy(326) }, { code: 'account_blocked' }],
    [
      'a suspended account, by type',
      {
        status: 403,
        json: { ...bodies.forbidden('User has been suspended.'), type: 'https://api.x.com/2/problems/user-suspended' },
      },
      { code: 'account_blocked' },
    ],
    ['a refusal without a cause', { status: 403, json: bodies.notPermitted }, { code: 'invalid_post' }],
    ['an unknown refusal', { status: 403, json: bodies.forbidden('Something new.') }, { code: 'invalid_post' }],
    ['an address that does not exist', { status: 404, json: bodies.legacy(34) }, { code: 'misconfigured' }],
    ['a post that it refers to and that is gone', { status: 404, json: bodies.postNotFound }, { code: 'invalid_post' }],
    ['the same, old form', { status: 404, json: bodies.legacy(144) }, { code: 'invalid_post' }],
    ['a body that is too large', { status: 413, json: bodies.forbidden('Too large.') }, { code: 'invalid_post' }],
    ['503', { status: 503, json: bodies.serviceUnavailable }, { code: 'outcome_unknown' }],
    ['500, old form', { status: 500, json: bodies.legacy(131) }, { code: 'outcome_unknown' }],
    ['520 with a page', { status: 520, text: bodies.htmlPage }, { code: 'outcome_unknown' }],
    ['a page of the edge instead of an answer', { status: 403, text: bodies.htmlPage }, { code: 'outcome_unknown' }],
    ['a time-out of the edge', { status: 408, json: bodies.forbidden('Timed out.') }, { code: 'outcome_unknown' }],
  ]

  test.each(cases)('%s', (_, given, expected) => {
    expect(read(given)).toMatchObject({ ...expected, status: given.status })
  })
})

describe('other refusals', () => {
  const cases: readonly (readonly [string, string, Given, object])[] = [
    [
      '503 of an upload may be repeated',
      'POST /2/media/upload/1/append',
      { status: 503, json: bodies.serviceUnavailable },
      { code: 'not_accepted' },
    ],
    [
      'a page of the edge on a look-up, too',
      'GET /2/users/1/tweets',
      { status: 520, text: bodies.htmlPage },
      { code: 'not_accepted' },
    ],
    [
      '503 of a removal, too',
      'DELETE /2/tweets/1',
      { status: 503, json: bodies.serviceUnavailable },
      { code: 'not_accepted' },
    ],
    [
      'bytes that are no media',
      'POST /2/media/upload',
      { status: 400, json: { error: 'media type unrecognized' } },
      { code: 'invalid_post' },
    ],
    [
      'a segment that is too large, told by a page',
      'POST /2/media/upload/1/append',
      { status: 413, text: bodies.htmlPage },
      { code: 'invalid_post' },
    ],
    [
      'headers that are too large',
      'POST /2/media/upload/1/append',
      { status: 431, text: '' },
      { code: 'invalid_post' },
    ],
    [
      'media that X has forgotten',
      'POST /2/media/upload/1/append',
      { status: 404, json: bodies.postNotFound },
      { code: 'prepare_again' },
    ],
    [
      'media without the scope',
      'POST /2/media/upload/initialize',
      { status: 403, json: bodies.bareForbidden },
      { code: 'permission_missing' },
    ],
    [
      'the cap of reads holds no posts',
      'GET /2/tweets',
      { status: 429, json: bodies.usageCapped },
      { code: 'quota_exhausted', scope: 'post', until: now + 6 * hourMs },
    ],
    ['a post that is gone', 'DELETE /2/tweets/1', { status: 404, json: bodies.postNotFound }, { code: 'bad_response' }],
    [
      'an authorization code that is spent',
      'POST /2/oauth2/token',
      { status: 400, json: bodies.codeInvalid },
      { code: 'reconnect' },
    ],
    [
      'a refresh token that is spent',
      'POST /2/oauth2/token',
      { status: 400, json: bodies.tokenInvalid },
      { code: 'reconnect' },
    ],
    [
      'a refused grant',
      'POST /2/oauth2/token',
      { status: 400, json: { error: 'invalid_grant' } },
      { code: 'reconnect' },
    ],
    [
      'a request that lacks a field',
      'POST /2/oauth2/token',
      { status: 400, json: { error: 'invalid_request', error_description: 'Missing required parameter [client_id].' } },
      { code: 'misconfigured' },
    ],
    [
      'an app without Basic header',
      'POST /2/oauth2/token',
      { status: 401, json: bodies.missingBasic },
      { code: 'misconfigured', scope: 'app' },
    ],
    [
      'an unknown app',
      'POST /2/oauth2/token',
      { status: 400, json: { error: 'invalid_client' } },
      { code: 'misconfigured' },
    ],
    [
      'a scope that cannot be had',
      'POST /2/oauth2/token',
      { status: 400, json: { error: 'invalid_scope' } },
      { code: 'misconfigured' },
    ],
    [
      'billing on the token endpoint is no revocation',
      'POST /2/oauth2/token',
      { status: 403, json: bodies.spendCapReached },
      { code: 'quota_exhausted', scope: 'app' },
    ],
    [
      'too many token calls',
      'POST /2/oauth2/token',
      { status: 429, json: { error: 'rate_limited' } },
      { code: 'rate_limited', scope: 'app' },
    ],
    [
      'a token endpoint that is down',
      'POST /2/oauth2/token',
      { status: 503, json: { error: 'temporarily_unavailable' } },
      { code: 'not_accepted' },
    ],
    [
      'an outage that answers 401 to everybody',
      'POST /2/oauth2/token',
      { status: 401, json: bodies.unauthorized },
      { code: 'not_accepted' },
    ],
  ]

  test.each(cases)('%s', (_, endpoint, given, expected) => {
    expect(read(given, endpoint)).toMatchObject(expected)
  })

  test("a message holds X's words, shortened, and the endpoint", () => {
    const { message } = read({ status: 403, json: bodies.forbidden('no '.repeat(1_000)) })
    expect(message).toMatch(/^X answered POST \/2\/tweets with 403: no no no/)
    expect(message.length).toBeLessThan(400)
  })

  test('a token that X repeats is not told', () => {
    const token = 'VGhpc0lzQW5FeGFtcGxlVG9rZW46MTc5NjEyNjQwMDAwMDoxOjE6YXQ6MQ'
    const words = `The token ${token} may not do this.`
    const json = {
      error: words,
      error_description: words,
      detail: words,
      title: words,
      type: `https://x/${words}`,
      errors: [{ message: words }],
    }
    for (const endpoint of ['POST /2/tweets', 'POST /2/oauth2/token']) {
      const error = read({ status: 400, json }, endpoint)
      expect(JSON.stringify([error, error.message])).not.toContain(token)
      expect(error.message).toContain('The token […] may not do this.')
    }
  })

  test('types count by their last segment, whatever the host', () => {
    const json = { ...bodies.notEnrolled, type: 'https://api.x.com/2/problems/client-forbidden' }
    expect(read({ status: 403, json }).code).toBe('misconfigured')
  })
})
