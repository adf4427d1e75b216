import type { HttpFailure } from '@ofm-social/core/http'
import { describe, expect, test } from 'vitest'
import { graphError } from './__fixtures__/answers.ts'
import { toPlatformError } from './to-platform-error.ts'

const now = Date.UTC(2026, 11, 1, 12)
const publish = 'POST /v25.0/1/media_publish'
const create = 'POST /v25.0/1/media'
const read = 'GET /v25.0/1'

function fail(json: unknown, endpoint: string, more: Partial<HttpFailure> = {}) {
  const [method = '', path = ''] = endpoint.split(' ')
  return toPlatformError({
    method,
    path,
    status: 400,
    headers: new Headers(),
    json,
    text: '',
    mutating: method !== 'GET',
    now,
    ...more,
  })
}

const say = (code: number, subcode?: number) => graphError(code, subcode).json

describe('an answer to a publish', () => {
  test.each([
    ['an unknown error', say(1)],
    ['a service that is away', say(2)],
    ['a server error', say(-1, 2207001)],
    ['a failure that containers have', say(-1, 2207032)],
    ['a container that is not there any more', say(24, 2207006)],
    ['a container that has ended or was used', say(24, 2207008)],
    ['a code that nobody documents', say(31337)],
  ])('that names %s leaves it open', (_, json) => {
    expect(fail(json, publish)).toMatchObject({ code: 'outcome_unknown' })
    expect(fail(json, 'POST /v25.0/1/comments')).toMatchObject({ code: 'outcome_unknown' })
  })

  test('that names spam leaves it open and stops the account', () => {
    expect(fail(say(4, 2207051), publish)).toMatchObject({
      code: 'outcome_unknown',
      platformCode: '4/2207051',
      block: { scope: 'account', until: now + 86_400_000 },
    })
  })

  test('that refuses fields of a comment leaves open whether it was made', () => {
    expect(fail(say(20, 1772107), 'POST /v25.0/1/comments')).toMatchObject({ code: 'outcome_unknown' })
  })

  test('that does not know the post of a comment yet is definite, and passes', () => {
    const missing = { code: 'not_accepted', platformCode: '100/33', retryAfterMs: 15_000 }
    expect(fail(say(100, 33), 'POST /v25.0/1/comments')).toMatchObject(missing)
    expect(fail(say(100, 33), publish)).toMatchObject({ code: 'outcome_unknown' })
  })

  test.each([
    ['not ready', say(9007, 2207027), { code: 'not_accepted', retryAfterMs: 10_000 }],
    ['over the quota', say(9, 2207042), { code: 'quota_exhausted', until: now + 3_600_000 }],
    ['an ended container', say(-2, 2207020), { code: 'prepare_again' }],
    ['a video alone', say(100, 2207089), { code: 'invalid_post' }],
    ['a restricted account', say(25, 2207050), { code: 'account_blocked', until: now + 86_400_000 }],
    ['a blocked action', say(368), { code: 'account_blocked' }],
    ['a missing permission', say(10), { code: 'permission_missing' }],
    ['another missing permission', say(200), { code: 'permission_missing' }],
    ['an expired token', say(190, 463), { code: 'token_expired' }],
    ['a token without more words', say(190), { code: 'token_expired' }],
    ['a changed password', say(190, 460), { code: 'reconnect' }],
    ['a check of the account', say(190, 459), { code: 'reconnect' }],
    ['an app without the ability', say(3), { code: 'misconfigured', scope: 'app' }],
  ])('that names %s is definite', (_, json, expected) => {
    expect(fail(json, publish)).toMatchObject(expected)
  })
})

describe('an answer to anything else', () => {
  test.each([
    ['an unknown error', say(1), { code: 'not_accepted' }],
    ['spam', say(4, 2207051), { code: 'account_blocked' }],
    ['a bad caption', say(36004, 2207010), { code: 'invalid_post' }],
    ['no trial reels', say(100, 2207081), { code: 'invalid_post' }],
    ['a container that is gone', say(24, 2207008), { code: 'prepare_again' }],
  ])('that names %s does not leave it open', (_, json, expected) => {
    expect(fail(json, create)).toMatchObject(expected)
  })

  test.each([
    'INSTAGRAM_PLATFORM_API__INVALID_LOCATION_ID',
    'INSTAGRAM_PLATFORM_API__PERMISSION',
    'INSTAGRAM_PLATFORM_API__INVALID_PARAM',
  ])('that names %s refuses the post, whatever its code and status', (name) => {
    const message = `${name}: the value is not allowed.`
    const { json } = graphError(1, undefined, message)
    expect(fail(json, create, { status: 500 })).toMatchObject({
      code: 'invalid_post',
      message: expect.stringContaining(name),
    })
    expect(fail(json, publish, { status: 500 })).toMatchObject({ code: 'outcome_unknown' })
  })

  test('that does not find the object says so', () => {
    expect(fail(say(100, 33), read)).toMatchObject({ code: 'bad_response', platformCode: '100/33' })
  })
})

describe('a limit', () => {
  test('of the app, of the account and of throughput are told apart by code, whatever the status', () => {
    expect(fail(say(4), read)).toMatchObject({ code: 'rate_limited', scope: 'app', retryAfterMs: 900_000 })
    expect(fail(say(80002), publish)).toMatchObject({ code: 'rate_limited', scope: 'account', retryAfterMs: 900_000 })
    expect(fail(say(613), read)).toMatchObject({ code: 'rate_limited', retryAfterMs: 60_000 })
  })

  test('ends when the headers say so, in minutes', () => {
    const usage = { '1': [{ type: 'instagram', call_count: 100, estimated_time_to_regain_access: 7 }] }
    const headers = new Headers({ 'x-business-use-case-usage': JSON.stringify(usage) })
    const error = fail(say(80002), publish, { headers })
    expect(error).toMatchObject({ code: 'rate_limited', scope: 'account', retryAfterMs: 420_000 })
    expect(error?.longerWaitsMs).toBeUndefined()
  })
})

test('an answer that is not of Instagram is left to its status', () => {
  expect(fail({}, publish)).toBeUndefined()
  expect(fail(undefined, publish, { status: 502 })).toBeUndefined()
})

test('the envelopes of the login and of uploads are read, too', () => {
  const login = { error_type: 'OAuthException', code: 400, error_message: 'Matching code was not found' }
  expect(fail(login, 'POST /oauth/access_token')?.message).toContain('Matching code was not found')
  const upload = { debug_info: { retriable: false, type: 'ProcessingFailedError', message: 'unauthorized' } }
  expect(fail(upload, 'POST /ig-api-upload/v25.0/1')?.message).toContain('ProcessingFailedError: unauthorized')
})

test('a message names the trace for bug reports', () => {
  expect(fail(say(36003, 2207009), create)?.message).toBe(
    'Instagram answered POST /v25.0/1/media with code 36003/2207009: Refused. (fbtrace_id A1)',
  )
})
