import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { startInstagramEmulator } from '@ofm-social/platform-instagram/emulator'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { pressLoginButton } from '../quickstart/connect-in-emulator.ts'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

const platform = 'instagram_facebook'
const callback = `/v1/oauth/callback/${platform}`

let emulator: Awaited<ReturnType<typeof startInstagramEmulator>>
let app: TestApp
beforeAll(async () => {
  emulator = await startInstagramEmulator({ now: Date.now, login: 'facebook' })
  const { clientId, clientSecret } = emulator.credentials().app
  const adapters = [createInstagramAdapter({ login: 'facebook', baseUrl: emulator.url })]
  app = await startTestApp({}, { adapters, apps: { [platform]: { clientId, clientSecret } } })
})
afterAll(async () => {
  await app.close()
  await emulator.close()
})

/** Logs in at the emulator, and comes back. */
async function logIn(creator: string, username: string) {
  const body = { creator, platform, returnTo: 'https://app.example/accounts' }
  const { url } = (await app.request('POST', '/v1/accounts/connect', { body })).body
  const back = new URL(await pressLoginButton(url, username))
  expect(back.pathname).toBe(callback)
  return app.request('GET', back.pathname + back.search, { as: null })
}

const listOf = async (creator: string) => (await app.request('GET', `/v1/accounts?creator=${creator}`)).body.items

test('a person whose login reaches several accounts chooses one, whichever button of the platform was pressed', async () => {
  const page = await logIn('eve', 'eve_studio')
  expect(page.status).toBe(200)
  const buttons = [...page.text.matchAll(/<button name="externalId" value="(\d+)">@(\w+)</g)]
  const idOf = Object.fromEntries(buttons.map(([, id, username]) => [username, id]))
  expect(Object.keys(idOf)).toEqual(['eve_demo', 'eve_studio', 'eve_client'])
  expect(await listOf('eve')).toEqual([])
  const state = /<input type="hidden" name="state" value="([^"]+)">/.exec(page.text)?.[1] ?? ''
  const chosen = new URLSearchParams({ state, externalId: idOf.eve_client ?? '' })
  const answer = await app.request('GET', `${callback}?${chosen}`, { as: null })
  const items = await listOf('eve')
  expect(items).toMatchObject([{ platform, externalId: idOf.eve_client, username: 'eve_client' }])
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`https://app.example/accounts?account=${items[0].id}`)
  const tokens = emulator.credentials().accounts.map(({ accessToken }) => accessToken)
  for (const token of tokens) expect(page.text + answer.text + app.logged.join('')).not.toContain(token)
})

test('a person whose login reaches one account is asked nothing', async () => {
  expect((await logIn('cleo', 'cleo_demo')).status).toBe(303)
  expect(await listOf('cleo')).toMatchObject([{ username: 'cleo_demo', connection: { state: 'active' } }])
})
