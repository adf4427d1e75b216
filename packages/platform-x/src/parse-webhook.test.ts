import { createHmac } from 'node:crypto'
import { Secret, type WebhookRequest } from '@ofm-social/core'
import { describe, expect, test } from 'vitest'
import { parseWebhook } from './parse-webhook.ts'

const secret = 'consumer-secret-example'
const app = { clientId: 'c', apiSecret: new Secret(secret) }
const revoke =
  '{"data":{"event_uuid":"1","filter":{},"event_type":"oauth.revoke","payload":{"date_time":"2026-07-23T21:44:05+00:00","user_id":"1111111111111111111","app_id":"29820954"}}}'

function post(body: string, signature?: string): WebhookRequest {
  const own = `sha256=${createHmac('sha256', secret).update(body).digest('base64')}`
  const headers = { 'x-twitter-webhooks-signature': signature ?? own }
  return { method: 'POST', headers, query: new URLSearchParams(), body: Buffer.from(body) }
}
const event = (type: string, payload: unknown, filter: object = { user_id: '1111111111111111111' }) =>
  post(JSON.stringify({ data: { event_uuid: '-2781149976877970683', filter, event_type: type, payload } }))

test("answers X's challenge as its own example does", () => {
  const query = new URLSearchParams({ crc_token: 'challenge_string' })
  expect(parseWebhook({ method: 'GET', headers: {}, query, body: new Uint8Array() }, app)).toEqual({
    answer: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: '{"response_token":"sha256=SsxOpSGLxgXJx6R1gmfbpaG1lSmax0jR508kjeBxSMY="}',
    },
    events: [],
  })
})

test('a challenge is no way to have an event signed', () => {
  const query = new URLSearchParams({ crc_token: revoke })
  const { answer } = parseWebhook({ method: 'GET', headers: {}, query, body: new Uint8Array() }, app)
  expect(answer).toEqual({ status: 400 })
})

describe('a signature', () => {
  test("is the one of X's own example", () => {
    const given = parseWebhook(post(revoke, 'sha256=QByndlTjQc8SBMEtnyXpkgx6b0oYeW5SDl5Jr24F/lE='), app)
    expect(given).toEqual({
      answer: { status: 200 },
      events: [
        {
          id: '1',
          accountExternalId: '1111111111111111111',
          at: Date.UTC(2026, 6, 23, 21, 44, 5),
          type: 'access_revoked',
        },
      ],
    })
  })

  test.each([
    ['of other bytes', 'sha256=QByndlTjQc8SBMEtnyXpkgx6b0oYeW5SDl5Jr24F/lF='],
    ['that is none', ''],
  ])('%s is refused', (_, signature) => {
    expect(parseWebhook(post(revoke, signature), app)).toEqual({ answer: { status: 401 }, events: [] })
  })

  test('needs the secret of the API key', () => {
    expect(() => parseWebhook(post(revoke), { clientId: 'c' })).toThrow(/apiSecret/)
  })
})

test('a post that appeared', () => {
  const payload = { id: '2080761269309813134', author_id: '2', created_at: '2026-07-24T21:05:48.000Z', text: 'Hi' }
  expect(parseWebhook(event('post.create', payload), app).events).toEqual([
    {
      id: '-2781149976877970683',
      accountExternalId: '2',
      at: Date.UTC(2026, 6, 24, 21, 5, 48),
      type: 'post_published',
      externalId: '2080761269309813134',
    },
  ])
})

test('a post that was deleted', () => {
  const payload = { id: '2080761269309813134', author_id: '2' }
  expect(parseWebhook(event('post.delete', payload), app).events).toMatchObject([
    { accountExternalId: '2', type: 'post_removed', externalId: '2080761269309813134', by: 'author' },
  ])
})

test("anything else keeps X's own name", () => {
  const payload = { id: '1', text: '@ada_demo hi' }
  expect(parseWebhook(event('post.mention.create', payload), app).events).toMatchObject([
    { accountExternalId: '1111111111111111111', type: 'other', name: 'post.mention.create', payload },
  ])
})

test('what is signed and cannot be read is a bad request', () => {
  expect(parseWebhook(post('{"data":'), app)).toEqual({ answer: { status: 400 }, events: [] })
})
