import { createXAdapter } from '@ofm-social/platform-x'
import { startXEmulator } from '@ofm-social/platform-x/emulator'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pressLoginButton } from '../quickstart/connect-in-emulator.ts'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

type Emulator = Awaited<ReturnType<typeof startXEmulator>>
const callback = 'http://127.0.0.1:3000/v1/oauth/callback/x'

let emulator: Emulator
let app: TestApp
beforeAll(async () => {
  emulator = await startXEmulator({ now: Date.now, redirectUris: [callback] })
  const { clientId, clientSecret } = emulator.credentials().app
  const adapters = [createXAdapter({ baseUrl: emulator.url })]
  app = await startTestApp({}, { adapters, apps: { x: { clientId, clientSecret } } })
})
afterAll(async () => {
  await app.close()
  await emulator.close()
})

/** Where the platform sends the browser, asked of the app under test instead of the address that it has outside. */
async function logIn(returnTo: string | undefined, username: string): Promise<string> {
  const { status, body } = await app.request('POST', '/v1/accounts/connect', {
    body: { creator: 'ada', platform: 'x', ...(returnTo === undefined ? {} : { returnTo }) },
  })
  expect(status).toBe(201)
  const back = await pressLoginButton(body.url, username)
  expect(back.startsWith(callback)).toBe(true)
  return back.replace('http://127.0.0.1:3000', '')
}

describe('a login', () => {
  test('connects the account and leads back to where it began', async () => {
    const path = await logIn('https://app.example/accounts?tab=x', 'ada_demo')
    const answer = await app.request('GET', path, { as: null })
    expect(answer.status).toBe(303)
    const { body } = await app.request('GET', '/v1/accounts?creator=ada')
    expect(body.items).toMatchObject([{ username: 'ada_demo', platform: 'x', connection: { state: 'active' } }])
    expect(answer.headers.get('location')).toBe(`https://app.example/accounts?tab=x&account=${body.items[0].id}`)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
  })

  test('works once: the second callback asks the platform nothing', async () => {
    const path = await logIn(undefined, 'ada_demo')
    const first = await app.request('GET', path, { as: null })
    expect([first.status, first.text.includes('is connected')]).toEqual([200, true])
    const before = emulator.requests().length
    const second = await app.request('GET', path, { as: null })
    expect(second.status).toBe(409)
    expect(emulator.requests().length).toBe(before)
  })

  test('that the creator refuses says so, as a page', async () => {
    const { body } = await app.request('POST', '/v1/accounts/connect', { body: { creator: 'ada', platform: 'x' } })
    const state = new URL(body.url).searchParams.get('state') ?? ''
    const path = `/v1/oauth/callback/x?error=access_denied&error_description=%3Cb%3ENo&state=${encodeURIComponent(state)}`
    const answer = await app.request('GET', path, { as: null })
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'text/html; charset=utf-8'])
    expect(answer.text).toContain('&lt;b&gt;No')
    expect(answer.text).not.toContain('<b>No')
  })

  test.each([
    [{ error: 'access_denied', error_description: '<b>No</b>' }, 'X did not connect the account: <b>No</b>.'],
    [{ error: 'access_denied' }, 'X did not connect the account: access_denied.'],
    [{ code: 'CANARY-nonsense' }, expect.stringMatching(/\w/)],
    [{}, 'X did not connect the account: no_code.'],
  ])('that fails with %j leads back to where it began, with the error', async (said, message) => {
    const body = { creator: 'ada', platform: 'x', returnTo: 'https://app.example/accounts?tab=x' }
    const { url } = (await app.request('POST', '/v1/accounts/connect', { body })).body
    const state = new URL(url).searchParams.get('state') ?? ''
    const path = `/v1/oauth/callback/x?${new URLSearchParams({ ...said, state, returnTo: 'https://evil.example' })}`
    const answer = await app.request('GET', path, { as: null })
    const location = new URL(answer.headers.get('location') ?? '')
    expect([answer.status, location.origin + location.pathname]).toEqual([303, 'https://app.example/accounts'])
    expect(Object.fromEntries(location.searchParams)).toEqual({
      tab: 'x',
      error: 'connect_failed',
      error_description: message,
    })
    expect(answer.headers.get('referrer-policy')).toBe('no-referrer')
    expect(location.href + app.logged.join('')).not.toContain('CANARY')
    expect((await app.request('GET', path, { as: null })).status).toBe(409)
  })

  test('whose platform says a lot leads back with the beginning of it', async () => {
    const body = { creator: 'ada', platform: 'x', returnTo: 'https://app.example/' }
    const { url } = (await app.request('POST', '/v1/accounts/connect', { body })).body
    const state = new URL(url).searchParams.get('state') ?? ''
    const said = new URLSearchParams({ error: 'server_error', error_description: 'é'.repeat(1_000), state })
    const answer = await app.request('GET', `/v1/oauth/callback/x?${said}`, { as: null })
    const location = new URL(answer.headers.get('location') ?? '')
    expect(location.searchParams.get('error_description')).toMatch(/^X did not connect the account: é{200,}…$/)
    expect(location.href.length).toBeLessThan(2_000)
  })

  test('with a made-up state is refused', async () => {
    expect((await app.request('GET', '/v1/oauth/callback/x?state=made.up&code=1', { as: null })).status).toBe(409)
  })

  test.each([
    'https://evil.example/',
    '//evil.example',
    'javascript:alert(1)',
    'https://app.example.evil.example/',
    'blob:https://app.example/1',
  ])('never leads to %s', async (returnTo) => {
    const answer = await app.request('POST', '/v1/accounts/connect', {
      body: { creator: 'ada', platform: 'x', returnTo },
    })
    expect([answer.status, answer.body.code]).toEqual([400, 'return_to_not_allowed'])
  })
})

describe('an account', () => {
  test('is added with tokens that the app has, read, changed and disconnected, and never shows them', async () => {
    const body = {
      creator: 'ada',
      platform: 'scripted',
      tokens: { accessToken: 'bea', refreshToken: 'CANARY', expiresAt: '2099-01-01T00:00:00Z' },
    }
    const added = await app.request('POST', '/v1/accounts', { body })
    expect([added.status, added.body.connection.expiresAt]).toEqual([201, '2099-01-01T00:00:00.000Z'])
    const path = `/v1/accounts/${added.body.id}`
    const changed = await app.request('PATCH', path, { body: { spacing: 60_000, afterUnknown: 'repeat_once' } })
    expect(changed.body).toMatchObject({ spacingMs: 60_000, afterUnknown: 'repeat_once' })
    const ended = await app.request('POST', `${path}/disconnect`)
    expect(ended.body.connection.state).toBe('disconnected')
    const seen = [added, changed, ended, await app.request('GET', path)].map(({ text }) => text).join('')
    expect(seen + app.logged.join('')).not.toContain('CANARY')
  })

  test('of an unknown platform is refused', async () => {
    const body = { creator: 'ada', platform: 'myspace', tokens: { accessToken: 'a' } }
    const answer = await app.request('POST', '/v1/accounts', { body })
    expect([answer.status, answer.body.code]).toEqual([422, 'unknown_platform'])
  })
})
