import { type OAuthContext, type PlatformOAuth, Secret } from '@ofm-social/core'
import { type Script, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { graphError } from './__fixtures__/answers.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'

const context: OAuthContext = {
  app: { clientId: '4011', clientSecret: new Secret('app-secret') },
  now: Date.UTC(2026, 11, 1, 12),
  signal: new AbortController().signal,
}
const redirectUri = 'https://app.example/back'
const code = { code: new Secret('AQBcode#_'), redirectUri, codeVerifier: new Secret('unused') }
const asked = { app: context.app, redirectUri, state: 'a b', codeChallenge: 'unused', scopes: ['one', 'two'] }

let server: ScriptedServer
afterEach(() => server.close())

async function start(login: 'instagram' | 'facebook', script: Script): Promise<PlatformOAuth> {
  server = await startScriptedServer(script)
  const { oauth } =
    login === 'instagram'
      ? createInstagramAdapter({ login, baseUrl: server.url })
      : createInstagramAdapter({ login, baseUrl: server.url })
  if (!oauth) throw new Error('no login')
  return oauth
}

const long = { json: { access_token: 'long', token_type: 'bearer', expires_in: 5_183_944 } }
const reveal = (tokens: { accessToken: Secret }) => tokens.accessToken.reveal()

describe('the login with Instagram', () => {
  test('asks with a list of scopes and a state', async () => {
    const url = new URL((await start('instagram', () => ({}))).authorizeUrl(asked))
    expect(url.pathname).toBe('/www.instagram.com/oauth/authorize')
    expect(Object.fromEntries(url.searchParams)).toEqual({
      client_id: '4011',
      redirect_uri: redirectUri,
      response_type: 'code',
      scope: 'one,two',
      state: 'a b',
    })
  })

  test.each([
    ['flat, with a list', { access_token: 'short', user_id: 2.71e16, permissions: ['basic', 'publish'] }],
    ['wrapped, with text', { data: [{ access_token: 'short', user_id: '271', permissions: 'basic,publish' }] }],
  ])('exchanges a code for a long token when the answer is %s', async (_, short) => {
    const oauth = await start('instagram', ({ method }) => (method === 'POST' ? { json: short } : long))
    const tokens = await oauth.exchange(code, context)
    expect(reveal(tokens)).toBe('long')
    expect(tokens).toMatchObject({ expiresInMs: 5_183_944_000, scopes: ['basic', 'publish'] })
    expect(server.requests[0]).toMatchObject({
      path: '/api.instagram.com/oauth/access_token',
      form: {
        grant_type: 'authorization_code',
        code: 'AQBcode',
        client_secret: 'app-secret',
        redirect_uri: redirectUri,
      },
    })
    expect(server.requests[1]?.path).toBe('/graph.instagram.com/access_token')
    expect(Object.fromEntries(server.requests[1]?.query ?? [])).toEqual({
      grant_type: 'ig_exchange_token',
      client_secret: 'app-secret',
      access_token: 'short',
    })
  })

  test('says why a code was not taken', async () => {
    const json = { error_type: 'OAuthException', code: 400, error_message: 'Matching code was not found' }
    const oauth = await start('instagram', () => ({ status: 400, json }))
    await expect(oauth.exchange(code, context)).rejects.toThrow('Matching code was not found')
  })

  test('refreshes a token by itself', async () => {
    const oauth = await start('instagram', () => long)
    const result = await oauth.refresh?.({ accessToken: new Secret('old') }, context)
    expect(result?.status === 'refreshed' && reveal(result.tokens)).toBe('long')
    expect(server.requests[0]?.path).toBe('/graph.instagram.com/refresh_access_token')
  })

  test('keeps a token that lives and is too young to be refreshed', async () => {
    const oauth = await start('instagram', ({ path }) =>
      path.endsWith('/me') ? { json: { id: '1' } } : graphError(190),
    )
    const result = await oauth.refresh?.({ accessToken: new Secret('young') }, context)
    expect(result).toMatchObject({ status: 'transient' })
  })

  test.each([
    ['with words of its own', graphError(100, undefined, 'Session key is too young')],
    ['by an outage', { status: 503, text: 'down' }],
  ])('keeps a token whose refresh was refused %s', async (_, answer) => {
    const oauth = await start('instagram', () => answer)
    expect(await oauth.refresh?.({ accessToken: new Secret('t') }, context)).toMatchObject({ status: 'transient' })
  })

  test('gives up a token that is not taken for anything any more', async () => {
    const oauth = await start('instagram', () => graphError(190, 458))
    expect(await oauth.refresh?.({ accessToken: new Secret('dead') }, context)).toMatchObject({ status: 'revoked' })
  })

  test('cannot take a permission back', async () => {
    expect((await start('instagram', () => ({}))).revoke).toBeUndefined()
  })
})

describe('the login with Facebook', () => {
  test('uses the configuration of an app that has one', async () => {
    const oauth = await start('facebook', () => ({}))
    const url = new URL(oauth.authorizeUrl({ ...asked, app: { ...context.app, configId: '77' } }))
    expect(url.pathname).toBe('/www.facebook.com/v25.0/dialog/oauth')
    expect(url.searchParams.get('config_id')).toBe('77')
  })

  test('exchanges a code twice, and asks what was granted', async () => {
    const grants = [
      { permission: 'instagram_basic', status: 'granted' },
      { permission: 'instagram_content_publish', status: 'declined' },
    ]
    const oauth = await start('facebook', ({ path }, number) => {
      if (path.endsWith('/permissions')) return { json: { data: grants } }
      return number === 1 ? { json: { access_token: 'short', expires_in: 5_100 } } : long
    })
    const tokens = await oauth.exchange(code, context)
    expect(tokens).toMatchObject({ expiresInMs: 5_183_944_000, scopes: ['instagram_basic'] })
    expect(server.requests[1]).toMatchObject({
      path: '/graph.facebook.com/v25.0/oauth/access_token',
      form: { grant_type: 'fb_exchange_token', fb_exchange_token: 'short' },
    })
    expect(server.requests[2]?.headers.get('authorization')).toBe('Bearer long')
    expect(server.requests.map(({ query }) => query.toString()).join()).not.toMatch(/secret|short|long/)
  })

  const pages = (...accountIds: string[]) => ({
    json: { data: accountIds.map((id, index) => ({ id: `${index}1`, instagram_business_account: { id } })) },
  })

  test('takes the permission back when it reaches one account', async () => {
    const oauth = await start('facebook', ({ method, path }) => {
      if (method === 'DELETE') return { json: { success: true } }
      return path.endsWith('/me/accounts') ? pages('9', '9') : graphError(200)
    })
    await oauth.revoke?.(new Secret('t'), context)
    expect(server.calls().at(-1)).toBe('DELETE /graph.facebook.com/v25.0/me/permissions')
  })

  test.each([
    ['of the person', { '/me/accounts': ['9', '10'] }],
    ['of a business', { '/me/accounts': ['9'], '/5/owned_pages': ['10'] }],
  ])('takes nothing back when other accounts %s would lose it, too', async (_, linked: Record<string, string[]>) => {
    const oauth = await start('facebook', ({ path }) => {
      if (path.endsWith('/businesses')) return { json: { data: [{ id: '5' }] } }
      return pages(...(linked[path.replace('/graph.facebook.com/v25.0', '')] ?? []))
    })
    await oauth.revoke?.(new Secret('t'), context)
    expect(server.calls()).toContain('GET /graph.facebook.com/v25.0/5/owned_pages')
    expect(server.calls().filter((call) => call.startsWith('DELETE'))).toEqual([])
    expect(server.requests.every(({ headers }) => headers.get('authorization') === 'Bearer t')).toBe(true)
  })

  test('takes a permission that is gone as taken back', async () => {
    const oauth = await start('facebook', () => graphError(190, 458))
    await expect(oauth.revoke?.(new Secret('t'), context)).resolves.toBeUndefined()
  })
})
