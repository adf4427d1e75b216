import { createHash } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

const verifier = 'a-verifier-that-is-long-enough-for-pkce-0123456789'
const allScopes = 'tweet.read tweet.write users.read media.write offline.access'
const basic = (name: string, secret: string) => ({
  authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
})

function toQuery(changes: Record<string, string> = {}) {
  return new URLSearchParams({
    response_type: 'code',
    client_id: x.app.clientId,
    redirect_uri: x.app.redirectUris[0] ?? '',
    scope: allScopes,
    state: 'a state',
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    ...changes,
  })
}
async function logIn(changes: Record<string, string> = {}) {
  const { headers } = await x.form(
    '/i/oauth2/authorize',
    Object.fromEntries(toQuery({ account: x.bea.id, ...changes })),
  )
  return new URL(headers.get('location') ?? '')
}
const app = () => basic(x.app.clientId, x.app.clientSecret)
const exchange = (code: string, changes: Record<string, string> = {}, headers: Record<string, string> = app()) => {
  const fields = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: x.app.redirectUris[0] ?? '',
    code_verifier: verifier,
  }
  return x.form('/2/oauth2/token', { ...fields, ...changes }, headers)
}
const refresh = (token: string) =>
  x.form('/2/oauth2/token', { grant_type: 'refresh_token', refresh_token: token }, app())
const wrongCode = {
  error: 'invalid_request',
  error_description: 'Value passed for the authorization code was invalid.',
}
const wrongToken = { error: 'invalid_request', error_description: 'Value passed for the token was invalid.' }

describe('the login page', () => {
  test('has a button for every account and one to refuse', async () => {
    x = await startX()
    const page = (await x.get(`/i/oauth2/authorize?${toQuery()}`)).json
    for (const part of ['Authorize as @ada_demo', 'Authorize as @bea_demo', 'Cancel', '<form method="post"'])
      expect(page).toContain(part)
    const refused = await logIn({ account: '' })
    expect(Object.fromEntries(refused.searchParams)).toEqual({ state: 'a state', error: 'access_denied' })
  })

  test('says everything that is wrong, and sends nobody anywhere', async () => {
    x = await startX()
    const query = toQuery({
      client_id: 'x',
      redirect_uri: 'http://127.0.0.1:3000/elsewhere',
      scope: 'tweet.read all',
      code_challenge: 'short',
    })
    const page = await x.get(`/i/oauth2/authorize?${query}`)
    expect([page.status, page.headers.get('location')]).toEqual([400, null])
    for (const part of ['client_id', 'redirect_uri', 'unknown values: all', 'code_challenge'])
      expect(page.json).toContain(part)
  })
})

describe('tokens', () => {
  test('come for a code, once, within 30 seconds, with the right verifier', async () => {
    x = await startX()
    const code = (await logIn()).searchParams.get('code') ?? ''
    expect((await exchange(code, { code_verifier: verifier.toUpperCase() })).json).toEqual(wrongCode)
    expect((await exchange(code, { redirect_uri: x.app.redirectUris[1] ?? '' })).json).toEqual(wrongCode)
    const { status, json } = await exchange(code)
    expect([status, json]).toMatchObject([200, { token_type: 'bearer', expires_in: 7200, scope: allScopes }])
    expect(Buffer.from(json.access_token, 'base64url').toString()).toMatch(/^[\w-]{32}:\d+:1:1:at:1$/)
    expect((await exchange(code)).json).toEqual(wrongCode)
    const late = (await logIn()).searchParams.get('code') ?? ''
    x.clock.advance(30_000)
    expect((await exchange(late)).json).toEqual(wrongCode)
  })

  test('need the Basic header of a confidential client, and none of a public one', async () => {
    x = await startX()
    const code = (await logIn()).searchParams.get('code') ?? ''
    const missing = await exchange(code, { client_id: x.app.clientId }, {})
    expect([missing.status, missing.json]).toEqual([
      401,
      { error: 'unauthorized_client', error_description: 'Missing valid authorization header' },
    ])
    expect((await exchange(code, {}, basic(x.app.clientId, 'wrong'))).json.error).toBe('invalid_client')
    await x.close()
    x = await startX({ appType: 'public' })
    const publicCode = (await logIn()).searchParams.get('code') ?? ''
    expect((await exchange(publicCode, { client_id: x.app.clientId }, {})).status).toBe(200)
  })

  test('expire by the clock, and rotate: a used refresh token is refused', async () => {
    x = await startX()
    x.clock.advance(7_200_000)
    expect((await x.get('/2/users/me')).json).toEqual({
      title: 'Unauthorized',
      type: 'about:blank',
      status: 401,
      detail: 'Unauthorized',
    })
    const first = await refresh(x.ada.refreshToken ?? '')
    expect((await x.get('/2/users/me', first.json.access_token)).json.data).toEqual({
      id: x.ada.id,
      name: 'Ada Demo',
      username: 'ada_demo',
    })
    const reused = await refresh(x.ada.refreshToken ?? '')
    expect([reused.status, reused.json]).toEqual([400, wrongToken])
    expect((await refresh(first.json.refresh_token)).status).toBe(200)
    expect((await x.get('/2/users/me', first.json.access_token)).status).toBe(401)
  })

  test('end with the grant when a refresh token is reused, where the switch says so', async () => {
    x = await startX({ refreshReuse: 'revoke_grant' })
    const first = await refresh(x.ada.refreshToken ?? '')
    await refresh(x.ada.refreshToken ?? '')
    expect((await refresh(first.json.refresh_token)).json).toEqual(wrongToken)
  })

  test('of two refreshes at once, one counts', async () => {
    x = await startX()
    const answers = await Promise.all([refresh(x.ada.refreshToken ?? ''), refresh(x.ada.refreshToken ?? '')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  })

  test('are lost when the answer is lost', async () => {
    x = await startX()
    x.emulator.addFault({ match: { path: '/2/oauth2/token' }, fault: { kind: 'accept_then_reset' } })
    await expect(refresh(x.ada.refreshToken ?? '')).rejects.toThrow()
    expect((await refresh(x.ada.refreshToken ?? '')).json).toEqual(wrongToken)
    expect(x.emulator.credentials().accounts[0]?.refreshToken).not.toBe(x.ada.refreshToken)
  })

  test('die by revocation, by a second login, and by the user', async () => {
    x = await startX()
    const revoked = await x.form('/2/oauth2/revoke', { token: x.ada.refreshToken ?? '' }, app())
    expect(revoked.json).toEqual({ revoked: true })
    expect((await x.get('/2/users/me')).status).toBe(401)
    const { json } = await exchange((await logIn()).searchParams.get('code') ?? '')
    expect((await x.get('/2/users/me', x.bea.accessToken)).status).toBe(401)
    x.emulator.addFault({ match: {}, fault: { kind: 'revoke_token' } })
    expect((await x.get('/2/users/me', json.access_token)).status).toBe(401)
    expect((await refresh(json.refresh_token)).json).toEqual(wrongToken)
  })

  test('of the app alone may read and not write', async () => {
    x = await startX()
    const { json } = await x.form(
      '/oauth2/token',
      { grant_type: 'client_credentials' },
      basic(String(x.app.apiKey), String(x.app.apiSecret)),
    )
    const { id } = (await x.tweet('a')).json.data
    expect((await x.get(`/2/tweets/${id}`, json.access_token)).json.data.id).toBe(id)
    const refused = await x.tweet('b', {}, json.access_token)
    expect([refused.status, refused.json.title]).toEqual([403, 'Unsupported Authentication'])
  })
})

test('a revocation is answered with a body, or without', async () => {
  for (const [revokeAnswer, body] of [
    ['revoked', { revoked: true }],
    ['empty', ''],
  ] as const) {
    x = await startX({ revokeAnswer })
    const answer = await x.form('/2/oauth2/revoke', { token: x.ada.accessToken }, app())
    expect([answer.status, answer.json]).toEqual([200, body])
    await x.close()
  }
})

test('access tokens outlive a refresh, logins a second one, codes half a minute where the switches say so', async () => {
  x = await startX({ accessTokenAfterRefresh: 'lives', secondLogin: 'keeps_first', codeLifeMs: 60_000 })
  await refresh(x.ada.refreshToken ?? '')
  expect((await x.get('/2/users/me')).status).toBe(200)
  const code = (await logIn()).searchParams.get('code') ?? ''
  x.clock.advance(59_000)
  expect((await exchange(code)).status).toBe(200)
  expect((await x.get('/2/users/me', x.bea.accessToken)).status).toBe(200)
})

test('access and refresh tokens live as long as the switches say', async () => {
  x = await startX({ accessTokenLifeMs: 1000, refreshTokenLifeMs: 2000 })
  x.clock.advance(1000)
  expect((await x.get('/2/users/me')).status).toBe(401)
  x.clock.advance(1000)
  expect((await refresh(x.ada.refreshToken ?? '')).json).toEqual(wrongToken)
})

test('nobody logs in to localhost', async () => {
  const uri = 'http://localhost:3000/callback'
  x = await startX({ redirectUris: [uri] })
  const page = await x.get(`/i/oauth2/authorize?${toQuery({ redirect_uri: uri })}`)
  expect([page.status, page.json]).toEqual([400, expect.stringContaining('take 127.0.0.1')])
})

test('a 401 outage heals', async () => {
  x = await startX()
  x.emulator.addFault({ match: {}, times: 2, fault: { kind: 'refuse', status: 401, body: { title: 'Unauthorized' } } })
  const statuses = [await x.get('/2/users/me'), await x.get('/2/users/me'), await x.get('/2/users/me')]
  expect(statuses.map(({ status }) => status)).toEqual([401, 401, 200])
})
