import { type Script, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { createInstagramAdapter } from '@ofm-social/platform-instagram'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../testing/start-test-app.ts'

const platform = 'instagram_facebook'
const callback = `/v1/oauth/callback/${platform}`

let pages: readonly object[] = []
let facebook: ScriptedServer
let app: TestApp
beforeAll(async () => {
  facebook = await startScriptedServer(answerAsFacebook)
  const adapters = [createInstagramAdapter({ login: 'facebook', baseUrl: facebook.url })]
  app = await startTestApp({}, { adapters, apps: { [platform]: { clientId: 'app', clientSecret: 'CANARY-secret' } } })
})
afterAll(async () => {
  await app.close()
  await facebook.close()
})

/** As the calls of a Facebook login are documented, for a person with these Pages. https://developers.facebook.com/docs/graph-api/reference/user/accounts/ */
const answerAsFacebook: Script = ({ path }) => {
  if (path.endsWith('/oauth/access_token')) return { json: { access_token: 'CANARY-token', expires_in: 5_183_944 } }
  if (path.endsWith('/me/permissions')) return { json: { data: [] } }
  if (path.endsWith('/me/accounts')) return { json: { data: pages } }
  if (path.endsWith('/me/businesses')) return { json: { data: [] } }
  return { json: { id: '122' } }
}

const pageOf = (id: string, username: string) => ({
  id,
  name: `<b>${username}</b> & co`,
  instagram_business_account: { id: `1${id}`, username },
})

async function begin(creator: string): Promise<string> {
  const body = { creator, platform, returnTo: 'https://app.example/accounts' }
  return (await app.request('POST', '/v1/accounts/connect', { body })).body.url
}

/** Comes back from the platform, as its redirect would bring the browser. */
async function comeBack(creator: string) {
  const state = new URL(await begin(creator)).searchParams.get('state') ?? ''
  return app.request('GET', `${callback}?${new URLSearchParams({ state, code: 'code' })}`, { as: null })
}

const listOf = async (creator: string) => (await app.request('GET', `/v1/accounts?creator=${creator}`)).body.items

/** Where pressing the button of an account leads: what a browser makes of the form. */
function press(html: string, username: string): string {
  const state = /<input type="hidden" name="state" value="([^"]+)">/.exec(html)?.[1] ?? ''
  const externalId = new RegExp(`<button name="externalId" value="([^"]+)">@${username}<`).exec(html)?.[1]
  if (externalId === undefined) throw new Error(`there is no button for ${username}`)
  return `${callback}?${new URLSearchParams({ state, externalId })}`
}

describe('a login that reaches several accounts', () => {
  test('shows a page with all of them, and connects the one whose button is pressed', async () => {
    pages = [pageOf('7', 'ada'), { id: '9', name: 'Without' }, pageOf('8', 'bea')]
    const page = await comeBack('one')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect([page.headers.get('cache-control'), page.headers.get('referrer-policy')]).toEqual([
      'no-store',
      'no-referrer',
    ])
    expect(page.text).toContain('@bea</button> &lt;b&gt;bea&lt;/b&gt; &amp; co')
    expect(page.text).not.toContain('<b>')
    expect(await listOf('one')).toEqual([])
    const chosen = await app.request('GET', press(page.text, 'bea'), { as: null })
    const items = await listOf('one')
    expect(items).toMatchObject([{ platform, externalId: '18', username: 'bea', connection: { state: 'active' } }])
    const location = new URL(chosen.headers.get('location') ?? '')
    expect([chosen.status, location.origin + location.pathname]).toEqual([303, 'https://app.example/accounts'])
    expect(location.searchParams.get('account')).toBe(items[0].id)
    expect(page.text + chosen.text + location.href + app.logged.join('')).not.toContain('CANARY')
  })

  test('takes one answer, and asks the platform nothing for a second', async () => {
    pages = [pageOf('21', 'cleo'), pageOf('22', 'dana')]
    const page = await comeBack('two')
    await app.request('GET', press(page.text, 'cleo'), { as: null })
    const before = facebook.requests.length
    const again = await app.request('GET', press(page.text, 'dana'), { as: null })
    expect([again.status, again.text.includes('Begin again')]).toEqual([409, true])
    expect(facebook.requests.length).toBe(before)
    expect(await listOf('two')).toMatchObject([{ username: 'cleo' }])
  })

  test('names them for an answer that is none of them, and goes on', async () => {
    pages = [pageOf('31', 'eve'), pageOf('32', 'fay')]
    const path = press((await comeBack('three')).text, 'eve')
    const wrong = await app.request('GET', path.replace('externalId=131', 'externalId=1'), { as: null })
    expect([wrong.status, wrong.text.includes('131 (@eve), 132 (@fay)')]).toEqual([400, true])
    expect((await app.request('GET', path, { as: null })).status).toBe(303)
  })

  test('says which are known and which cannot be had', async () => {
    pages = [pageOf('41', 'gil'), pageOf('42', 'hal')]
    await app.request('GET', press((await comeBack('four')).text, 'gil'), { as: null })
    await app.request('GET', press((await comeBack('five')).text, 'hal'), { as: null })
    const { text } = await comeBack('four')
    expect(text).toMatch(/@gil<\/button> .*connected already/)
    expect(text).toMatch(/value="142" disabled>@hal<\/button> .*belongs to another creator/)
  })
})

test('tokens that reach several accounts are added for the one that is named', async () => {
  pages = [pageOf('51', 'ida'), pageOf('52', 'joy')]
  const body = { creator: 'seven', platform, tokens: { accessToken: 'CANARY-own' } }
  const unnamed = await app.request('POST', '/v1/accounts', { body })
  expect([unnamed.status, unnamed.body.errors[0].pointer]).toEqual([400, '/externalId'])
  const named = await app.request('POST', '/v1/accounts', { body: { ...body, externalId: '152' } })
  expect([named.status, named.body.username]).toEqual([201, 'joy'])
  expect(unnamed.text + named.text).not.toContain('CANARY')
})

test('a login that reaches no account says what is missing', async () => {
  pages = []
  const { status, headers } = await comeBack('six')
  const { origin, searchParams } = new URL(headers.get('location') ?? '')
  expect([status, origin, searchParams.get('error')]).toEqual([303, 'https://app.example', 'connect_failed'])
  expect(searchParams.get('error_description')).toContain('no Instagram account can be found')
})
