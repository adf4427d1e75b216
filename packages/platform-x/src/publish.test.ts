import { isPlatformError, type PreparedPart } from '@ofm-social/core'
import { createTestCall, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import * as bodies from './__fixtures__/error-bodies.ts'
import type { XSettings } from './settings.ts'
import { readSnowflakeTime } from './snowflake.ts'
import type { XUploads } from './upload.ts'
import { createXAdapter } from './x-adapter.ts'

const postId = '2080761390344937796'
const now = Date.UTC(2026, 11, 1, 12)
const token = 'planted-access-token'
const created = { data: { id: postId, text: 'First light', edit_history_tweet_ids: [''] } }

/** An id that X made at this moment. */
const madeAt = (time: number) => String((BigInt(time) - 1_288_834_974_657n) << 22n)

let server: ScriptedServer
afterEach(() => server.close())

async function start(answer: ScriptedAnswer) {
  server = await startScriptedServer(() => answer)
}

async function publish(
  changes: Partial<PreparedPart<XSettings, XUploads>> = {},
  at = now,
  account?: { externalId: string; username: string },
) {
  const nothing = { assets: [], settings: {}, rating: 'general', uploads: { mediaIds: [] } } as const
  const part: PreparedPart<XSettings, XUploads> = {
    kind: 'post',
    index: 0,
    text: 'First light',
    ...nothing,
    ...changes,
  }
  const call = createTestCall({ token, now: at })
  const adapter = createXAdapter({ baseUrl: server.url, userAgent: 'ada-app/1' })
  const outcome = await adapter.publish(part, { ...call.context, account }).catch((error: unknown) => error)
  return { outcome, call, error: isPlatformError(outcome) ? outcome : undefined }
}

async function remove(answer: ScriptedAnswer) {
  await start(answer)
  const call = createTestCall({ token, now })
  return createXAdapter({ baseUrl: server.url }).remove?.(postId, call.context)
}

describe('publishing', () => {
  test('is one request, answered with the id', async () => {
    await start({ status: 201, json: created })
    const { outcome, call } = await publish()
    expect(outcome).toEqual({ status: 'published', externalId: postId, url: `${server.url}/i/status/${postId}` })
    expect(server.calls()).toEqual(['POST /2/tweets'])
    expect(server.requests[0]?.json).toEqual({ text: 'First light' })
    expect(server.requests[0]?.headers.get('authorization')).toBe(`Bearer ${token}`)
    expect(server.requests[0]?.headers.get('user-agent')).toBe('ada-app/1')
    expect(call.sent).toEqual([{ method: 'POST', path: '/2/tweets' }])
  })

  test('gives the address under the name of the account, where that is known', async () => {
    await start({ status: 201, json: created })
    const { outcome } = await publish({}, now, { externalId: '1', username: 'ada_demo' })
    expect(outcome).toMatchObject({ url: `${server.url}/ada_demo/status/${postId}` })
  })

  test('notes what the answer says about limits', async () => {
    const headers = { 'x-rate-limit-limit': '100', 'x-rate-limit-remaining': '99', 'x-rate-limit-reset': '1796126400' }
    await start({ status: 201, json: created, headers })
    const { call } = await publish()
    const window = { name: 'POST /2/tweets', scope: 'account', limit: 100, remaining: 99, resetAt: 1_796_126_400_000 }
    expect(call.rateWindows).toEqual([{ ...window, operations: ['publish'] }])
  })

  test.each<[string, ScriptedAnswer]>([
    ['the connection ends', { reset: true }],
    ['X answers 503', { status: 503, json: bodies.serviceUnavailable }],
    ['the edge answers 520 with a page', { status: 520, text: bodies.htmlPage }],
    ['a success cannot be read', { status: 201, text: '{"data":{"id":"20807' }],
    ['a success has errors and no data', { status: 200, json: { errors: [{ type: 'about:blank', title: 'Oops' }] } }],
    ['a success has no id', { status: 201, json: { data: { text: 'First light' } } }],
  ])('has an unknown outcome when %s, and is not repeated', async (_, answer) => {
    await start(answer)
    expect((await publish()).error?.code).toBe('outcome_unknown')
    expect(server.requests).toHaveLength(1)
  })

  test('tells no token in what it throws', async () => {
    await start({ status: 401, json: bodies.unauthorized })
    const { error } = await publish()
    expect(error?.code).toBe('token_expired')
    expect(JSON.stringify([error, error?.message, error?.stack])).not.toContain(token)
  })
})

describe('a refusal that passes', () => {
  test.each([
    ['of media that are two seconds old, is tried again soon', 2_000, { code: 'not_accepted', retryAfterMs: 3_000 }],
    ['of media that are a minute old, is final', 60_000, { code: 'invalid_post' }],
  ])('%s', async (_, ageMs, expected) => {
    await start({ status: 400, json: bodies.mediaIdsInvalid })
    expect((await publish({ uploads: { mediaIds: ['1'], readyAt: now - ageMs } })).error).toMatchObject(expected)
  })

  test('of media counts their age from their ids, too: a call that brings several takes long', async () => {
    await start({ status: 400, json: bodies.mediaIdsInvalid })
    const readyAt = now - 60_000
    const mediaIds = [madeAt(now - 60_000), madeAt(now - 4_000)]
    expect((await publish({ uploads: { mediaIds, readyAt } })).error).toMatchObject({ code: 'not_accepted' })
    const old = [madeAt(now - 60_000), madeAt(now + 90 * 86_400_000)]
    expect((await publish({ uploads: { mediaIds: old, readyAt } })).error).toMatchObject({ code: 'invalid_post' })
  })

  test.each([
    [1_000, { code: 'not_accepted', retryAfterMs: 2_000 }],
    [4_000, { code: 'not_accepted', retryAfterMs: 5_000 }],
    [12_000, { code: 'not_accepted', retryAfterMs: 10_000 }],
    [60_000, { code: 'invalid_post' }],
  ])('of a reply to a post that is %i ms old', async (ageMs, expected) => {
    await start({ status: 403, json: bodies.replyTargetInvisible })
    const at = readSnowflakeTime(postId) + ageMs
    expect((await publish({ kind: 'thread', index: 1, parent: { externalId: postId } }, at)).error).toMatchObject(
      expected,
    )
  })
})

describe('removing', () => {
  test.each<[string, ScriptedAnswer]>([
    ['a post', { json: { data: { deleted: true } } }],
    ['a post that is gone', { status: 404, json: bodies.postNotFound }],
    ['a post that is gone, told with success', { json: bodies.postNotFound }],
  ])('%s succeeds', async (_, answer) => {
    await expect(remove(answer)).resolves.toBeUndefined()
    expect(server.calls()).toEqual([`DELETE /2/tweets/${postId}`])
  })

  test.each<[string, ScriptedAnswer, string]>([
    [
      "somebody else's post",
      { status: 403, json: bodies.forbidden('You are not authorized to delete this Tweet.') },
      'invalid_post',
    ],
    ['without a readable word', { json: { data: { deleted: false } } }, 'bad_response'],
    ['while X is down', { status: 503, json: bodies.serviceUnavailable }, 'not_accepted'],
    ['with a lost answer', { reset: true }, 'outcome_unknown'],
  ])('%s fails', async (_, answer, code) => {
    await expect(remove(answer)).rejects.toMatchObject({ code })
  })
})
