import { createHmac } from 'node:crypto'
import { createFixedClock, type Emulator } from '@ofm-social/core/testing'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AppServer, startAppServer } from './__fixtures__/app-server.ts'
import { toGraphClient } from './__fixtures__/graph-client.ts'
import { startInstagramEmulator } from './instagram-emulator.ts'

const hourMs = 3_600_000
const redirectUri = 'https://app.example/callback'

let emulator: Emulator
let clock: ReturnType<typeof createFixedClock>

beforeEach(async () => {
  clock = createFixedClock()
  emulator = await startInstagramEmulator({ now: clock.now })
})
afterEach(() => emulator.close())

const app = () => emulator.credentials().app as unknown as Record<string, string>
const findAccount = (username: string) => emulator.credentials().accounts.find((one) => one.username === username)

/** Presses the button of an account; without one, cancels. */
async function logIn(path: string, parameters: Record<string, string>, username?: string): Promise<URL> {
  const query = new URLSearchParams({ redirect_uri: redirectUri, response_type: 'code', state: 'a&b', ...parameters })
  const page = await fetch(`${emulator.url}${path}?${query}`)
  expect(page.status).toBe(200)
  const html = await page.text()
  const id = username === undefined ? '' : (findAccount(username)?.id ?? '')
  if (username !== undefined) expect(html).toContain(`value="${id}">Allow as @${username}`)
  query.set('account', id)
  const action = /action="([^"]+)"/.exec(html)?.[1] ?? ''
  const answer = await fetch(action, { method: 'POST', redirect: 'manual', body: query })
  expect(answer.status).toBe(302)
  return new URL(answer.headers.get('location') ?? '')
}

async function callJson(path: string, init?: RequestInit) {
  const response = await fetch(`${emulator.url}${path}`, init)
  const text = await response.text()
  return { status: response.status, text, json: JSON.parse(text) }
}

describe('Instagram Login', () => {
  const scope = 'instagram_business_basic,instagram_business_content_publish'
  const logInAs = (username?: string) =>
    logIn('/www.instagram.com/oauth/authorize', { client_id: app().instagramAppId ?? '', scope }, username)
  const exchange = (code: string, changes: Record<string, string> = {}) => {
    const body = new URLSearchParams({
      client_id: app().instagramAppId ?? '',
      client_secret: app().instagramAppSecret ?? '',
      grant_type: 'authorization_code',
      redirect_uri: redirectUri,
      code,
      ...changes,
    })
    return callJson('/api.instagram.com/oauth/access_token', { method: 'POST', body })
  }
  const toLong = (token: string) => {
    const query = new URLSearchParams({
      grant_type: 'ig_exchange_token',
      client_secret: app().instagramAppSecret ?? '',
      access_token: token,
    })
    return callJson(`/graph.instagram.com/access_token?${query}`)
  }
  const refresh = (token: string) =>
    callJson(`/graph.instagram.com/refresh_access_token?grant_type=ig_refresh_token&access_token=${token}`)

  test('leads back with a code, which is good for one short token', async () => {
    const back = await logInAs('bea_demo')
    expect([back.searchParams.get('state'), back.hash]).toEqual(['a&b', '#_'])
    const code = back.searchParams.get('code') ?? ''
    const first = await exchange(code)
    expect(first).toMatchObject({ status: 200, json: { permissions: scope.split(',') } })
    expect(first.text).toContain('"user_id":27100000000000002')
    expect(await exchange(code)).toMatchObject({
      status: 400,
      json: {
        error_type: 'OAuthException',
        code: 400,
        error_message: 'Matching code was not found or was already used',
      },
    })
    const query = new URLSearchParams({
      fields: 'user_id,username,account_type',
      access_token: first.json.access_token,
    })
    expect((await callJson(`/graph.instagram.com/v25.0/me?${query}`)).json).toEqual({
      user_id: '17841400000000002',
      username: 'bea_demo',
      account_type: 'BUSINESS',
      id: '27100000000000002',
    })
    emulator.advanceClock(hourMs)
    expect((await callJson(`/graph.instagram.com/v25.0/me?${query}`)).json.error).toMatchObject({ code: 190 })
  })

  test('says that the person declined', async () => {
    const back = await logInAs()
    expect(Object.fromEntries(back.searchParams)).toMatchObject({ error: 'access_denied', error_reason: 'user_denied' })
  })

  test('refreshes a long token from its second day on, until it ends', async () => {
    const code = (await logInAs('ada_demo')).searchParams.get('code') ?? ''
    const long = await toLong((await exchange(code)).json.access_token)
    expect(long.json).toMatchObject({ token_type: 'bearer', expires_in: 5_184_000 })
    expect(await refresh(long.json.access_token)).toMatchObject({ status: 400, json: { error: { code: 100 } } })
    emulator.advanceClock(24 * hourMs)
    const refreshed = await refresh(long.json.access_token)
    expect(refreshed).toMatchObject({ status: 200, json: { permissions: scope } })
    expect(refreshed.json.access_token).not.toBe(long.json.access_token)
    emulator.advanceClock(60 * 24 * hourMs)
    expect(await refresh(refreshed.json.access_token)).toMatchObject({ status: 400, json: { error: { code: 190 } } })
  })

  test('answers the exchange wrapped where the switch says so', async () => {
    await emulator.close()
    emulator = await startInstagramEmulator({ now: clock.now, tokenAnswer: 'wrapped' })
    const code = (await logInAs('ada_demo')).searchParams.get('code') ?? ''
    expect((await exchange(code)).json).toEqual({
      data: [{ access_token: expect.stringMatching(/^IGAA/), user_id: '27100000000000001', permissions: scope }],
    })
  })
})

describe('Facebook Login', () => {
  const scope = 'instagram_basic,instagram_content_publish,pages_show_list,business_management'
  const logInAs = (username: string) =>
    logIn('/www.facebook.com/v25.0/dialog/oauth', { client_id: app().metaAppId ?? '', scope }, username)
  const exchange = (parameters: Record<string, string>) => {
    const query = new URLSearchParams({
      client_id: app().metaAppId ?? '',
      client_secret: app().metaAppSecret ?? '',
      ...parameters,
    })
    return callJson(`/graph.facebook.com/v25.0/oauth/access_token?${query}`)
  }

  test('leads to a long token, the Pages with it, and a Page token without an end', async () => {
    const code = (await logInAs('dana_demo')).searchParams.get('code') ?? ''
    const short = await exchange({ code, redirect_uri: redirectUri })
    const used = await exchange({ code, redirect_uri: redirectUri })
    expect(used.json.error).toMatchObject({ code: 100, error_subcode: 36009 })
    const long = await exchange({ grant_type: 'fb_exchange_token', fb_exchange_token: short.json.access_token })
    expect(long.json).toMatchObject({ token_type: 'bearer', expires_in: 5_184_000 })
    const fields = 'id,name,access_token,tasks,instagram_business_account{id,username}'
    const query = new URLSearchParams({ fields, access_token: long.json.access_token })
    const { json } = await callJson(`/graph.facebook.com/v25.0/me/accounts?${query}`)
    expect(json.data).toMatchObject([
      { name: 'Dana Page', instagram_business_account: { id: '17841400000000004', username: 'dana_demo' } },
    ])
    const secrets = `access_token=${app().metaAppId}|${app().metaAppSecret}`
    const check = await callJson(`/graph.facebook.com/debug_token?input_token=${json.data[0].access_token}&${secrets}`)
    expect(check.json.data).toMatchObject({ type: 'PAGE', is_valid: true, expires_at: 0 })
  })

  test('leaves the account out of a Page that has none', async () => {
    const cleo = toGraphClient(emulator, 'cleo_demo')
    const { json } = await cleo.get('me/accounts', { fields: 'name,instagram_business_account' })
    expect(json.data).toEqual([
      { id: '100000000000003', name: 'Cleo Page', instagram_business_account: { id: cleo.accountId } },
      { id: '100000000000005', name: 'Page without Instagram' },
    ])
  })

  test("reaches several accounts of one person, a client's through the business alone", async () => {
    const eve = toGraphClient(emulator, 'eve_studio')
    const fields = 'name,instagram_business_account{username}'
    const list = async (path: string) =>
      (await eve.get(path, { fields })).json.data.map(
        (page: { name: string; instagram_business_account?: { username: string } }) =>
          page.instagram_business_account?.username ?? page.name,
      )
    expect(await list('me/accounts')).toEqual(['eve_demo', 'eve_studio', 'Eve Page without Instagram'])
    const business = (await eve.get('me/businesses')).json.data[0].id
    expect(await list(`${business}/owned_pages`)).toEqual([])
    expect(await list(`${business}/client_pages`)).toEqual(['eve_client'])
    const tokens = ['eve_demo', 'eve_studio', 'eve_client'].map((username) => findAccount(username)?.accessToken)
    expect(new Set(tokens).size).toBe(1)
    const stranger = toGraphClient(emulator, 'dana_demo')
    expect((await stranger.get(`${business}/client_pages`)).json.error).toMatchObject({ code: 100, error_subcode: 33 })
  })

  test('shows Pages through the business alone where the switch says so', async () => {
    await emulator.close()
    emulator = await startInstagramEmulator({ now: clock.now, businessOnly: ['Dana Person'] })
    const dana = toGraphClient(emulator, 'dana_demo')
    expect((await dana.get('me/accounts')).json.data).toEqual([])
    const business = (await dana.get('me/businesses')).json.data[0]
    expect((await dana.get(`${business.id}/owned_pages`, { fields: 'name' })).json.data).toMatchObject([
      { name: 'Dana Page' },
    ])
  })
})

describe('tokens', () => {
  test('of the other host, unknown and missing ones are refused', async () => {
    const token = findAccount('ada_demo')?.accessToken
    expect((await callJson(`/graph.facebook.com/v25.0/me?access_token=${token}`)).json.error.code).toBe(190)
    expect((await callJson('/graph.instagram.com/v25.0/me?access_token=IGnone')).json.error.code).toBe(190)
    expect(await callJson('/graph.instagram.com/v25.0/me')).toMatchObject({
      status: 400,
      json: { error: { code: 2500 } },
    })
    expect((await callJson(`/v25.0/me?access_token=${token}&fields=username`)).json.username).toBe('ada_demo')
  })

  test('without a permission are refused by code 10', async () => {
    await emulator.close()
    emulator = await startInstagramEmulator({ now: clock.now, scopes: ['instagram_business_basic'] })
    const ada = toGraphClient(emulator, 'ada_demo')
    expect((await ada.post('me/media', { image_url: 'http://127.0.0.1:9/' })).json.error.code).toBe(10)
  })

  test.each(['ada_demo', 'cleo_demo'])('of %s die when the app is removed, and the app is told', async (username) => {
    await emulator.close()
    const server: AppServer = await startAppServer()
    emulator = await startInstagramEmulator({ now: clock.now, deauthorizeUrl: `${server.url}/deauthorize` })
    const client = toGraphClient(emulator, username)
    const isInstagram = username === 'ada_demo'
    expect((await client.delete('me/permissions')).json).toEqual({ success: true })
    expect((await client.get('me')).json.error).toMatchObject({ code: 190, error_subcode: 458 })
    const told = await server.next()
    const [signature = '', payload = ''] = (new URLSearchParams(told.body).get('signed_request') ?? '').split('.')
    const secret = (isInstagram ? app().instagramAppSecret : app().metaAppSecret) ?? ''
    expect(signature).toBe(createHmac('sha256', secret).update(payload).digest('base64url'))
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({
      algorithm: 'HMAC-SHA256',
      user_id: isInstagram ? '27100000000000001' : '122100000000000003',
    })
    await server.close()
  })
})
