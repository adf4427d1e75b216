import { createHmac } from 'node:crypto'
import type { SocialEvent } from '@ofm-social/core'
import { createXAdapter } from '@ofm-social/platform-x'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

const apiSecret = 'CANARY-api-secret'

let app: TestApp
beforeAll(async () => {
  const adapters = [createXAdapter({ baseUrl: 'http://127.0.0.1:9' })]
  app = await startTestApp({}, { adapters, apps: { x: { clientId: 'id', apiSecret } } })
})
afterAll(() => app.close())

/** Spaces and order as no serialiser makes them: only the raw bytes have this signature. */
const told = '{ "data" : {"event_uuid":"1","event_type":"x.unknown", "filter":{"user_id":"7"},"payload":{}} }'
const sign = (body: string) => `sha256=${createHmac('sha256', apiSecret).update(body).digest('base64')}`
const post = (path: string, body: string, signature = sign(body)) =>
  app.request('POST', path, {
    as: null,
    raw: body,
    headers: { 'content-type': 'application/json', 'x-twitter-webhooks-signature': signature },
  })

describe('the address for webhooks', () => {
  test("answers X's challenge without a key", async () => {
    const answer = await app.request('GET', '/v1/webhooks/x?crc_token=challenge', { as: null })
    expect([answer.status, answer.body]).toEqual([200, { response_token: sign('challenge') }])
  })

  test('takes in what X signed, by its raw bytes', async () => {
    const answer = await post('/v1/webhooks/x', told)
    expect([answer.status, answer.text]).toEqual([200, ''])
  })

  test('refuses what somebody else signed, and changes nothing', async () => {
    expect((await post('/v1/webhooks/x', told, 'sha256=forged')).status).toBe(401)
    expect((await post('/v1/webhooks/x', told.replace('"1"', '"2"'), sign(told))).status).toBe(401)
  })

  test('hands an event on once, to the account that it is about', async () => {
    const seen: SocialEvent[] = []
    await app.social.on('account.platform_event', (event) => void seen.push(event))
    const account = await app.social.addAccount({ creator: 'ada' })
    const about = {
      id: 'e1',
      accountExternalId: account.externalId,
      type: 'other',
      name: 'reply',
      payload: {},
    } as const
    const { headers, body } = app.social.platform.webhook([about])
    const raw = new TextDecoder().decode(body)
    const given = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]))
    for (const _time of [1, 2]) {
      const { status } = await app.request('POST', '/v1/webhooks/scripted', { as: null, raw, headers: given })
      expect(status).toBe(200)
    }
    await app.social.settle()
    expect(seen).toMatchObject([{ details: { name: 'reply' } }])
  })

  test('of another agency is there when the agency has a key, and a stranger makes none', async () => {
    expect((await post('/v1/webhooks/x/studio-sud', told)).status).toBe(404)
    await app.apiKeys.create({ agency: 'studio-sud', name: 'test' })
    expect((await post('/v1/webhooks/x/studio-sud', told)).status).toBe(200)
    const challenge = await app.request('GET', '/v1/webhooks/x/studio-sud?crc_token=challenge', { as: null })
    expect(challenge.body).toEqual({ response_token: sign('challenge') })
  })

  test('takes no body without end, and knows its platforms', async () => {
    expect((await post('/v1/webhooks/x', 'x'.repeat(1024 * 1024 + 1))).status).toBe(413)
    expect((await post('/v1/webhooks/myspace', told)).body.code).toBe('unknown_platform')
  })

  test('shows the secret nowhere', () => {
    expect(app.logged.join('')).not.toContain('CANARY')
  })
})
