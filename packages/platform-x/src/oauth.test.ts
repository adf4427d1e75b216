import { Secret } from '@ofm-social/core'
import { createTestCall, type ScriptedAnswer, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import * as bodies from './__fixtures__/error-bodies.ts'
import { createXAdapter } from './x-adapter.ts'

const confidential = { clientId: 'client', clientSecret: new Secret('planted-secret') }
const open = { clientId: 'client' }
const answered = {
  token_type: 'bearer',
  expires_in: 7_200,
  access_token: 'access-2',
  scope: 'tweet.read tweet.write users.read media.write offline.access',
  refresh_token: 'refresh-2',
}

let server: ScriptedServer
afterEach(() => server?.close())

async function start(answer: ScriptedAnswer) {
  server = await startScriptedServer(() => answer)
  const { oauth } = createXAdapter({ baseUrl: server.url })
  if (oauth?.refresh === undefined || oauth.revoke === undefined) throw new TypeError('The adapter lost its OAuth.')
  return { ...oauth, refresh: oauth.refresh, revoke: oauth.revoke }
}

const context = (app: typeof confidential | typeof open = confidential) => ({
  app,
  signal: AbortSignal.timeout(10_000),
  now: 0,
})
const old = { accessToken: new Secret('access-1'), refreshToken: new Secret('refresh-1') }
const code = {
  code: new Secret('code-1'),
  redirectUri: 'https://app.example/cb',
  codeVerifier: new Secret('v'.repeat(43)),
}

describe('authorizing', () => {
  test('sends people to X with everything that PKCE needs', () => {
    const { oauth } = createXAdapter()
    const url = oauth?.authorizeUrl({
      app: open,
      redirectUri: 'https://app.example/cb?a=b',
      state: 's&1',
      codeChallenge: 'challenge',
      scopes: oauth.scopes,
    })
    expect(url).toBe(
      'https://x.com/i/oauth2/authorize?response_type=code&client_id=client&redirect_uri=https%3A%2F%2Fapp.example%2Fcb%3Fa%3Db' +
        '&scope=tweet.read%20tweet.write%20users.read%20media.write%20offline.access&state=s%261&code_challenge=challenge&code_challenge_method=S256',
    )
  })
})

describe('exchanging a code', () => {
  test('an app with a secret authenticates with it', async () => {
    const oauth = await start({ json: answered })
    const tokens = await oauth.exchange(code, context())
    expect(server.requests[0]?.headers.get('authorization')).toBe(`Basic ${btoa('client:planted-secret')}`)
    expect(server.requests[0]?.form).toEqual({
      grant_type: 'authorization_code',
      code: 'code-1',
      redirect_uri: 'https://app.example/cb',
      code_verifier: 'v'.repeat(43),
    })
    expect(tokens).toMatchObject({ expiresInMs: 7_200_000, scopes: answered.scope.split(' ') })
    expect([tokens.accessToken.reveal(), tokens.refreshToken?.reveal()]).toEqual(['access-2', 'refresh-2'])
  })

  test('an app without one says who it is', async () => {
    const oauth = await start({ json: { ...answered, refresh_token: undefined } })
    const tokens = await oauth.exchange(code, context(open))
    expect(server.requests[0]?.headers.get('authorization')).toBeNull()
    expect(server.requests[0]?.form).toMatchObject({ client_id: 'client' })
    expect(tokens.refreshToken).toBeUndefined()
  })

  test('a code that came too late asks the person again', async () => {
    const oauth = await start({ status: 400, json: bodies.codeInvalid })
    await expect(oauth.exchange(code, context())).rejects.toMatchObject({ code: 'reconnect' })
  })
})

describe('refreshing', () => {
  test('gives the new pair', async () => {
    const oauth = await start({ json: answered })
    const result = await oauth.refresh(old, context(open))
    expect(server.requests[0]?.form).toEqual({
      grant_type: 'refresh_token',
      refresh_token: 'refresh-1',
      client_id: 'client',
    })
    expect(result.status === 'refreshed' && result.tokens.refreshToken?.reveal()).toBe('refresh-2')
  })

  test('keeps the old refresh token when X gives none', async () => {
    const oauth = await start({ json: { ...answered, refresh_token: undefined } })
    const result = await oauth.refresh(old, context())
    expect(result.status === 'refreshed' && result.tokens.refreshToken?.reveal()).toBe('refresh-1')
  })

  test.each<[string, ScriptedAnswer]>([
    ['the token was used, has expired or was revoked', { status: 400, json: bodies.tokenInvalid }],
    ['the grant is invalid', { status: 400, json: { error: 'invalid_grant' } }],
  ])('is over when %s', async (_, answer) => {
    const oauth = await start(answer)
    expect(await oauth.refresh(old, context())).toMatchObject({ status: 'revoked' })
  })

  test.each<[string, ScriptedAnswer]>([
    ['X is down', { status: 503, json: { error: 'temporarily_unavailable' } }],
    ['the answer is lost', { reset: true }],
    ['the answer cannot be read', { status: 200, text: bodies.htmlPage }],
    ['X answers 401 to everybody', { status: 401, json: bodies.unauthorized }],
    ['the app is not authenticated', { status: 401, json: bodies.missingBasic }],
    ['the spending limit is reached', { status: 403, json: bodies.spendCapReached }],
    ['there are no credits', { status: 402, json: bodies.creditsDepleted }],
  ])('may be repeated when %s', async (_, answer) => {
    const oauth = await start(answer)
    expect(await oauth.refresh(old, context())).toMatchObject({ status: 'transient' })
  })

  test('waits when there were too many', async () => {
    const oauth = await start({ status: 429, json: { error: 'rate_limited' }, headers: { 'retry-after': '30' } })
    expect(await oauth.refresh(old, context())).toMatchObject({ status: 'transient', retryAfterMs: 30_000 })
  })

  test('is over without a refresh token', async () => {
    const oauth = await start({ json: answered })
    expect(await oauth.refresh({ accessToken: old.accessToken }, context())).toMatchObject({ status: 'revoked' })
    expect(server.requests).toEqual([])
  })

  test('tells no secret in what it answers, also where X repeats it', async () => {
    const words = 'Value passed for the token refresh-1 was invalid.'
    const oauth = await start({ status: 400, json: { ...bodies.tokenInvalid, error_description: words } })
    const result = await oauth.refresh(old, context())
    expect(result).toMatchObject({ message: expect.stringContaining('Value passed for the token') })
    expect(JSON.stringify(result)).not.toMatch(/refresh-1|planted/)
  })
})

describe('revoking', () => {
  test.each<[string, ScriptedAnswer]>([
    ['a token', { json: { revoked: true } }],
    ['a token, whatever X says with success', { text: '' }],
    ['a token that is already refused', { status: 400, json: bodies.tokenInvalid }],
  ])('%s succeeds', async (_, answer) => {
    const oauth = await start(answer)
    await oauth.revoke(old.refreshToken, context(open))
    expect(server.requests[0]).toMatchObject({
      path: '/2/oauth2/revoke',
      form: { token: 'refresh-1', client_id: 'client' },
    })
  })

  test('fails when X is down', async () => {
    const oauth = await start({ status: 503, text: '' })
    await expect(oauth.revoke(old.refreshToken, context())).rejects.toMatchObject({ code: 'not_accepted' })
  })
})

test('the account is read with the names that X gives it', async () => {
  server = await startScriptedServer(() => ({
    json: { data: { id: '2244994945', name: 'Ada', username: 'ada_demo' } },
  }))
  const adapter = createXAdapter({ baseUrl: server.url })
  expect(await adapter.readAccount?.(createTestCall({ token: 't' }).context)).toEqual({
    externalId: '2244994945',
    username: 'ada_demo',
    url: `${server.url}/ada_demo`,
  })
})
