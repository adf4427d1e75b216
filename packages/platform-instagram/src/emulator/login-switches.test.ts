import { createFixedClock, type Emulator } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startInstagramEmulator } from './instagram-emulator.ts'
import type { InstagramEmulatorSwitches } from './switches.ts'

const redirectUri = 'https://app.example/callback'
const instagramScopes = ['instagram_business_basic', 'instagram_business_content_publish']
const facebookScopes = ['instagram_basic', 'instagram_content_publish']

let emulator: Emulator
afterEach(() => emulator.close())

async function start(switches: InstagramEmulatorSwitches) {
  emulator = await startInstagramEmulator({ now: createFixedClock().now, ...switches })
}

const readApp = (name: string) => String(emulator.credentials().app[name as 'clientId'])

/** Lets the app in as one of the accounts. */
async function getCode(login: 'instagram' | 'facebook', username: string): Promise<string> {
  const isFacebook = login === 'facebook'
  const account = emulator.credentials().accounts.find((one) => one.username === username)?.id ?? ''
  const client = readApp(isFacebook ? 'metaAppId' : 'instagramAppId')
  const scope = (isFacebook ? facebookScopes : instagramScopes).join(',')
  const given = { client_id: client, redirect_uri: redirectUri, response_type: 'code', scope, account }
  const path = isFacebook ? 'www.facebook.com/v25.0/dialog/oauth' : 'www.instagram.com/oauth/authorize'
  const body = new URLSearchParams(given)
  const answer = await fetch(`${emulator.url}/${path}`, { method: 'POST', redirect: 'manual', body })
  return new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? ''
}

async function exchange(code: string) {
  const body = new URLSearchParams({
    client_id: readApp('instagramAppId'),
    client_secret: readApp('instagramAppSecret'),
    grant_type: 'authorization_code',
    redirect_uri: redirectUri,
    code,
  })
  const answer = await fetch(`${emulator.url}/api.instagram.com/oauth/access_token`, { method: 'POST', body })
  const text = await answer.text()
  return { status: answer.status, text, json: JSON.parse(text) }
}

const shapes: readonly [what: string, switches: InstagramEmulatorSwitches, reason: string | null, text: RegExp][] = [
  ['tokenUserId number', { tokenUserId: 'number' }, null, /^\{"access_token":"\w+","user_id":27100000000000001,/],
  ['tokenUserId string', { tokenUserId: 'string' }, null, /^\{"access_token":"\w+","user_id":"27100000000000001",/],
  [
    'tokenPermissions list',
    { tokenPermissions: 'list' },
    null,
    /"permissions":\["instagram_business_basic","\w+"\]\}$/,
  ],
  ['tokenPermissions text', { tokenPermissions: 'text' }, null, /"permissions":"instagram_business_basic,\w+"\}$/],
  ['tokenPermissions absent', { tokenPermissions: 'absent' }, null, /"user_id":27100000000000001\}$/],
  ['wrapped_token_response', {}, 'wrapped_token_response', /^\{"data":\[\{"access_token".*,"permissions":"\S+"\}\]\}$/],
  ['numeric_user_id', { tokenUserId: 'string' }, 'numeric_user_id', /"user_id":27100000000000001,/],
]
test.each(shapes)('the answer to a code has the shape of %s', async (_, switches, reason, text) => {
  await start(switches)
  const code = await getCode('instagram', 'ada_demo')
  if (reason) emulator.addFault({ match: { pathPattern: 'access_token$' }, fault: { kind: 'fail_processing', reason } })
  expect((await exchange(code)).text).toMatch(text)
})

test('a code lives as long as codeLifeMs says', async () => {
  await start({ codeLifeMs: 60_000 })
  const early = await getCode('instagram', 'ada_demo')
  const late = await getCode('instagram', 'ada_demo')
  emulator.advanceClock(59_999)
  expect((await exchange(early)).status).toBe(200)
  emulator.advanceClock(1)
  expect((await exchange(late)).json).toMatchObject({ error_type: 'OAuthException', code: 400 })
})

test('declinedScopes are not granted', async () => {
  await start({ declinedScopes: ['instagram_business_content_publish', 'instagram_content_publish'] })
  const { json } = await exchange(await getCode('instagram', 'ada_demo'))
  expect(json.permissions).toEqual(['instagram_business_basic'])
  const query = new URLSearchParams({
    client_id: readApp('metaAppId'),
    client_secret: readApp('metaAppSecret'),
    redirect_uri: redirectUri,
    code: await getCode('facebook', 'cleo_demo'),
  })
  const graph = `${emulator.url}/graph.facebook.com/v25.0`
  const token = Object(await (await fetch(`${graph}/oauth/access_token?${query}`)).json()).access_token
  const answer = await fetch(`${graph}/me/permissions`, { headers: { authorization: `Bearer ${token}` } })
  expect(Object(await answer.json()).data).toEqual([
    { permission: 'instagram_basic', status: 'granted' },
    { permission: 'public_profile', status: 'granted' },
    { permission: 'instagram_content_publish', status: 'declined' },
  ])
})
