import { inspect } from 'node:util'
import {
  createFixedClock,
  createTestCall,
  type Emulator,
  type Script,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId, graphError } from './__fixtures__/answers.ts'
import { type AppServer, startAppServer } from './emulator/__fixtures__/app-server.ts'
import { toGraphClient } from './emulator/__fixtures__/graph-client.ts'
import { type MediaHost, startMediaHost } from './emulator/__fixtures__/media-host.ts'
import { startInstagramEmulator } from './emulator/index.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'
import type { InstagramLogin } from './options.ts'

const closing: { close(): Promise<unknown> }[] = []
afterEach(async () => {
  for (const one of closing.splice(0)) await one.close()
})
const later = <Closing extends { close(): Promise<unknown> }>(one: Closing): Closing => {
  closing.push(one)
  return one
}

const fieldsOf = { instagram: ['comments', 'mentions'], facebook: ['feed'] } as const

const createAdapter = (login: InstagramLogin, baseUrl: string) =>
  login === 'instagram'
    ? createInstagramAdapter({ login, baseUrl, webhookFields: fieldsOf.instagram })
    : createInstagramAdapter({ login, baseUrl, webhookFields: fieldsOf.facebook })

async function subscribe(login: InstagramLogin, baseUrl: string, account: { id: string; token: string }) {
  const { context } = createTestCall({ token: account.token })
  const named = { ...context, account: { externalId: account.id, username: 'ada' } }
  return createAdapter(login, baseUrl)
    .subscribe?.(named)
    .catch((error: unknown) => error)
}

describe('an account', () => {
  async function ask(login: InstagramLogin, script: Script): Promise<{ server: ScriptedServer; error: unknown }> {
    const server = later(await startScriptedServer(script))
    return { server, error: await subscribe(login, server.url, { id: accountId, token: 'token-of-ada' }) }
  }
  const list = (server: ScriptedServer) =>
    server.requests.map(({ method, path, query, headers }) => {
      const fields = query.get('subscribed_fields') ?? query.get('fields')
      return `${method} ${path.replace(/^\/graph\.\w+\.com\/v25\.0/, '')} ${fields} by ${headers.get('authorization')}`
    })
  const linked = (id: string, account: string) => ({ id, instagram_business_account: { id: account } })
  const facebook: Script = ({ method, path }) => {
    if (method === 'POST') return { json: { success: true } }
    if (path.endsWith('/accounts'))
      return { json: { data: [linked('7', '17841400000000002'), linked('8', accountId)] } }
    return { json: path.endsWith('/8') ? { id: '8', access_token: 'token-of-page' } : { data: [] } }
  }

  test('is subscribed by its own token with the login through Instagram', async () => {
    const { server, error } = await ask('instagram', () => ({ json: { success: true } }))
    expect(error).toBeUndefined()
    expect(list(server)).toEqual(['POST /me/subscribed_apps comments,mentions by Bearer token-of-ada'])
  })

  test('is subscribed through its Page, by the Page’s token, with the login through Facebook', async () => {
    const { server, error } = await ask('facebook', facebook)
    expect(error).toBeUndefined()
    expect(list(server).slice(-2)).toEqual([
      'GET /8 access_token by Bearer token-of-ada',
      'POST /8/subscribed_apps feed by Bearer token-of-page',
    ])
  })

  test('to which no Page leads any more cannot be', async () => {
    const { error } = await ask('facebook', () => ({ json: { data: [linked('7', '17841400000000002')] } }))
    expect(error).toMatchObject({ code: 'permission_missing', message: 'No Page of this login leads to the account.' })
  })

  test('is not subscribed where Instagram does not say so', async () => {
    expect((await ask('instagram', () => ({ json: { success: false } }))).error).toMatchObject({
      code: 'outcome_unknown',
    })
    expect((await ask('instagram', () => graphError(10))).error).toMatchObject({ code: 'permission_missing' })
  })

  test('keeps the Page’s token out of errors, also where Facebook repeats it', async () => {
    const { error } = await ask('facebook', (request, ...more) =>
      request.method === 'POST'
        ? graphError(190, undefined, 'Malformed access token token-of-page')
        : facebook(request, ...more),
    )
    expect(error).toMatchObject({ code: 'token_expired' })
    expect(inspect(error, { depth: 12, showHidden: true })).not.toContain('token-of-page')
  })
})

describe('the emulator', () => {
  async function start(login: InstagramLogin, scopes: readonly string[] = []) {
    const host: MediaHost = later(await startMediaHost())
    const server: AppServer = later(await startAppServer())
    const now = createFixedClock().now
    const emulator: Emulator = later(
      await startInstagramEmulator({ now, login, scopes, accountSubscription: 'required' }),
    )
    const { app, accounts } = emulator.credentials()
    const url = `${emulator.url}/graph.facebook.com/${app.metaAppId}/subscriptions`
    const body = { object: 'instagram', callback_url: server.url, fields: 'comments', verify_token: 'a word' }
    const token = `${app.metaAppId}|${app.metaAppSecret}`
    await fetch(url, { method: 'POST', body: new URLSearchParams({ ...body, access_token: token }) })
    const [account] = accounts
    if (!account) throw new Error('no account')
    const client = toGraphClient(emulator, account.username)
    const image = host.serve(sampleAsset('jpeg').bytes)
    const { json } = await client.post(`${account.id}/media`, { image_url: image })
    const { json: media } = await client.post(`${account.id}/media_publish`, { creation_id: json.id })
    return { emulator, server, account, comment: (message: string) => client.post(`${media.id}/comments`, { message }) }
  }

  test.each(['instagram', 'facebook'] as const)(
    'tells of an account that was subscribed, not before (%s)',
    async (login) => {
      const { emulator, server, account, comment } = await start(login)
      await comment('Before')
      const { id, accessToken: token } = account
      expect(await subscribe(login, emulator.url, { id, token })).toBeUndefined()
      await comment('After')
      expect((await server.next()).body).toContain('"text":"After"')
    },
  )

  test('wants a permission for the Page, with the login through Facebook', async () => {
    const { emulator, account } = await start('facebook', [
      'instagram_basic',
      'instagram_content_publish',
      'pages_show_list',
    ])
    const error = await subscribe('facebook', emulator.url, { id: account.id, token: account.accessToken })
    expect(error).toMatchObject({
      code: 'permission_missing',
      message: expect.stringContaining('pages_manage_metadata'),
    })
  })
})
