import { createHmac } from 'node:crypto'
import { Secret, type WebhookRequest } from '@ofm-social/core'
import { describe, expect, test } from 'vitest'
import { accountId, commentId } from './__fixtures__/answers.ts'
import { parseWebhook } from './parse-webhook.ts'

const secret = 'app-secret'
const app = {
  clientId: '4011',
  clientSecret: new Secret(secret),
  webhookVerifyToken: 'a word',
  dataDeletionUrl: 'https://app.example/deletion',
}

function deliver(text: string, { by = secret, signature }: { by?: string; signature?: string } = {}): WebhookRequest {
  const body = new TextEncoder().encode(text)
  const hex = createHmac('sha256', by).update(body).digest('hex')
  return {
    method: 'POST',
    headers: { 'x-hub-signature-256': signature ?? `sha256=${hex}` },
    query: new URLSearchParams(),
    body,
  }
}

const value = { id: commentId, text: 'sch\u00f6n', from: { id: '12', username: 'alice' } }
const comments = (entry: object) => ({ object: 'instagram', entry: [{ id: accountId, time: 1_790_000_000, ...entry }] })
const expected = {
  id: `comments:${commentId}`,
  accountExternalId: accountId,
  at: 1_790_000_000_000,
  type: 'other',
  name: 'comments',
  payload: value,
}

describe('a delivery', () => {
  test.each([
    ['in changes', comments({ changes: [{ field: 'comments', value }] })],
    ['in the entry, inside an array', [comments({ field: 'comments', value })]],
  ])('becomes an event, whether the change is %s', (_, delivery) => {
    expect(parseWebhook(deliver(JSON.stringify(delivery)), app)).toEqual({
      answer: { status: 200 },
      events: [expected],
    })
  })

  test('is verified by its raw bytes: escaped letters stay escaped', () => {
    const text = JSON.stringify(comments({ changes: [{ field: 'comments', value }] })).replaceAll('ö', '\\u00f6')
    expect(parseWebhook(deliver(text), app).events).toEqual([expected])
  })

  test('keeps ids that came as large numbers', () => {
    const text = `{"object":"instagram","entry":[{"id":17841400000000001,"time":1,"changes":[{"field":"mentions","value":{"media_id":17900000000000023}}]}]}`
    expect(parseWebhook(deliver(text), app).events).toMatchObject([
      { accountExternalId: accountId, payload: { media_id: '17900000000000023' } },
    ])
  })

  test('of messages has its time in milliseconds', () => {
    const messaging = [{ sender: { id: '1' }, timestamp: 1_790_000_000_123, message: { mid: 'm', text: 'Hi' } }]
    expect(parseWebhook(deliver(JSON.stringify(comments({ messaging }))), app).events).toMatchObject([
      { type: 'other', name: 'messaging', at: 1_790_000_000_123 },
    ])
  })

  test('that is repeated has the same id', () => {
    const text = JSON.stringify(
      comments({ changes: [{ field: 'story_insights', value: { media_id: '1', reach: 2 } }] }),
    )
    const [first, second] = [0, 1].map(() => parseWebhook(deliver(text), app).events[0]?.id)
    expect(first).toBe(second)
  })

  test('may be signed by the other app of the same login', () => {
    const text = JSON.stringify(comments({ changes: [] }))
    const signed = deliver(text, { by: 'meta-secret' })
    expect(parseWebhook(signed, app).answer.status).toBe(401)
    expect(parseWebhook(signed, { ...app, metaAppSecret: new Secret('meta-secret') }).answer.status).toBe(200)
  })

  test.each(['', 'sha256=00', `sha1=${'0'.repeat(64)}`, `sha256=${'0'.repeat(64)}`])(
    'is not taken with the signature "%s"',
    (signature) => {
      const text = JSON.stringify(comments({ changes: [{ field: 'comments', value }] }))
      expect(parseWebhook(deliver(text, { signature }), app)).toEqual({ answer: { status: 401 }, events: [] })
    },
  )

  test('needs a secret', () => {
    expect(() => parseWebhook(deliver('{}'), { clientId: '4011' })).toThrow(
      expect.objectContaining({ code: 'misconfigured' }),
    )
  })
})

describe('the verification of the address', () => {
  const ask = (query: string) => ({
    method: 'GET',
    headers: {},
    query: new URLSearchParams(query),
    body: new Uint8Array(),
  })
  const subscribe = 'hub.mode=subscribe&hub.challenge=1158201444'

  test('is answered with the challenge, as it came', () => {
    const { answer } = parseWebhook(ask(`${subscribe}&hub.verify_token=a+word`), app)
    expect(answer).toMatchObject({ status: 200, body: '1158201444' })
  })

  test.each([
    ['another word', `${subscribe}&hub.verify_token=another`],
    ['another mode', 'hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=a+word'],
    ['no challenge', 'hub.mode=subscribe&hub.verify_token=a+word'],
    ['nothing of it', ''],
  ])('is refused with %s', (_, query) => {
    expect(parseWebhook(ask(query), app)).toEqual({ answer: { status: 403 }, events: [] })
  })

  test('needs a word', () => {
    const { webhookVerifyToken: _, ...without } = app
    expect(() => parseWebhook(ask(`${subscribe}&hub.verify_token=`), without)).toThrow(/webhookVerifyToken/)
  })
})

describe('a signed request', () => {
  function send(payload: object, { by = secret, query = '' } = {}): WebhookRequest {
    const encoded = Buffer.from(JSON.stringify(payload)).toString('base64url')
    const signature = createHmac('sha256', by).update(encoded).digest('base64url')
    const body = new TextEncoder().encode(new URLSearchParams({ signed_request: `${signature}.${encoded}` }).toString())
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    return { method: 'POST', headers, query: new URLSearchParams(query), body }
  }
  const payload = { algorithm: 'HMAC-SHA256', issued_at: 1_790_000_000, user_id: '27100000000000001' }

  test('of a person who removed the app takes the permission back', () => {
    const { answer, events } = parseWebhook(send(payload), app)
    expect(answer).toEqual({ status: 200 })
    expect(events).toMatchObject([
      { type: 'access_revoked', accountExternalId: '27100000000000001', at: 1_790_000_000_000 },
    ])
  })

  test('for deletion is answered with a page and a code, the same each time', () => {
    const ask = () => parseWebhook(send(payload, { query: 'callback=data_deletion' }), app)
    const { answer, events } = ask()
    const { url, confirmation_code: code } = JSON.parse(answer.body ?? '')
    expect(url).toBe(`https://app.example/deletion?code=${code}`)
    expect(ask().answer).toEqual(answer)
    expect(events).toMatchObject([{ type: 'access_revoked' }, { type: 'other', name: 'data_deletion' }])
  })

  test.each([
    ['signed by somebody else', send(payload, { by: 'another' })],
    ['of another algorithm', send({ ...payload, algorithm: 'none' })],
  ])('%s is refused', (_, request) => {
    expect(parseWebhook(request, app)).toEqual({ answer: { status: 401 }, events: [] })
  })
})
