import { afterEach, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XEmulatorSwitches } from './switches.ts'

let x: X
afterEach(() => x.close())

interface Keys {
  readonly accessToken: string
  readonly accessSecret: string
}

async function start(switches: XEmulatorSwitches = {}) {
  x = await startX(switches)
  const { accessToken, accessSecret } = x.ada.oauth1 as Keys
  const basic = Buffer.from(`${x.app.clientId}:${x.app.clientSecret}`).toString('base64')
  return (changes: Record<string, string> = {}) =>
    x.form(
      '/2/oauth2/token',
      {
        grant_type: 'urn:ietf:params:oauth:grant-type:token-exchange',
        subject_token: accessToken,
        subject_token_type: 'urn:x:params:oauth:token-type:oauth1_token',
        oauth_token_secret: accessSecret,
        ...changes,
      },
      { authorization: `Basic ${basic}` },
    )
}

test('tokens of OAuth 1.0a are exchanged for such of 2.0, again and again', async () => {
  const exchange = await start({ secondLogin: 'keeps_first' })
  const first = (await exchange()).json
  expect(first).toMatchObject({ token_type: 'bearer', refresh_token: expect.any(String) })
  expect(first.scope).toBe(
    'tweet.read users.read follows.read mute.read block.read list.read like.read timeline.read broadcast.read tweet.write tweet.moderate.write follows.write like.write list.write mute.write block.write media.write broadcast.write offline.access',
  )
  expect((await x.tweet('Exchanged', {}, first.access_token)).status).toBe(201)
  const second = (await exchange({ scope: 'tweet.read users.read' })).json
  expect(second.scope).toBe('tweet.read users.read offline.access')
  expect((await x.get('/2/users/me', first.access_token)).status).toBe(401)
  expect((await x.get('/2/users/me', second.access_token)).status).toBe(200)
  expect((await x.get('/2/users/me')).status).toBe(200)
})

test('an exchange is refused for a wrong secret, kind or scope, and above its limit', async () => {
  const exchange = await start({ rateLimits: { 'POST /2/oauth2/token': { app: 3 } } })
  expect((await exchange({ oauth_token_secret: 'wrong' })).json.error).toBe('invalid_grant')
  expect((await exchange({ subject_token_type: 'wrong' })).json.error).toBe('invalid_request')
  expect((await exchange({ scope: 'dm.read' })).json.error).toBe('invalid_scope')
  const limited = await exchange()
  expect([limited.status, limited.json.error]).toEqual([429, 'rate_limited'])
})

test('an app that may only read gets no scopes to write, and after the end nobody gets any', async () => {
  const exchange = await start({ appPermissions: 'read' })
  expect((await exchange()).json.scope).not.toContain('write')
  expect((await exchange({ scope: 'tweet.write' })).json.error).toBe('invalid_scope')
  await x.close()
  expect((await (await start({ oauth1: 'ended' }))()).json.error).toBe('invalid_grant')
  expect((await x.form('/oauth/request_token', {})).status).toBe(404)
})
