import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { startX } from './__fixtures__/call-x.ts'
import { startXEmulator } from './x-emulator.ts'

test('the page of an account shows threads, what was removed, and nothing unescaped', async () => {
  const x = await startX()
  expect((await x.get('/bea_demo')).json).toContain('Nothing is posted yet.')
  const root = (await x.tweet('first <script>')).json.data.id
  const reply = (await x.tweet('second', { reply: { in_reply_to_tweet_id: root } })).json.data.id
  await x.send('DELETE', `/2/tweets/${reply}`)
  for (const path of ['/ada_demo', `/ada_demo/status/${reply}`]) {
    const page = await x.get(path)
    expect(page.headers.get('content-type')).toContain('text/html')
    expect(page.json).toContain('first &lt;script&gt;')
    expect(page.json).toContain('<strong>removed</strong>')
    expect(page.json).toContain('<del>second</del>')
    expect(page.json).not.toContain('<script')
  }
  expect((await x.get('/nobody')).status).toBe(404)
  expect((await x.get(`/bea_demo/status/${root}`)).status).toBe(404)
  expect((await x.get(`/i/status/${root}`)).headers.get('location')).toBe(`/ada_demo/status/${root}`)
  await x.close()
})

test('an author goes on at the same level, others are moved in, and a quote shows what it quotes', async () => {
  const x = await startX({ plan: 'enterprise' })
  const root = (await x.tweet('one')).json.data.id
  const second = (await x.tweet('two', { reply: { in_reply_to_tweet_id: root } })).json.data.id
  await x.tweet('of another', { reply: { in_reply_to_tweet_id: second } }, x.bea.accessToken)
  await x.tweet('look', { quote_tweet_id: root })
  const page = (await x.get('/ada_demo')).json
  const shape = page.match(/<(?:section|div class="replies"|blockquote|p class="text")[^>]*>(?:[^<]*)/g)
  expect(shape.map((part: string) => part.replace(/<(\w+)[^>]*>/, '$1 ').trim())).toEqual([
    'section',
    'p look',
    'blockquote',
    'p one',
    'section',
    'p one',
    'p two',
    'div',
    'p of another',
  ])
  expect((await x.get('/')).json).toContain('<a href="/ada_demo">@ada_demo</a>')
  await x.close()
})

test('a second start with the state file finds posts and rotated tokens', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'x-'))
  const stateFile = join(folder, 'x.json')
  const start = () => startXEmulator({ now: () => Date.UTC(2026, 11, 1), stateFile })
  const first = await start()
  const { app, accounts } = first.credentials()
  const answer = await fetch(`${first.url}/2/oauth2/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${app.clientId}:${app.clientSecret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'refresh_token', refresh_token: accounts[0]?.refreshToken ?? '' }),
  })
  const { access_token } = (await answer.json()) as { access_token: string }
  await fetch(`${first.url}/2/tweets`, {
    method: 'POST',
    headers: { authorization: `Bearer ${access_token}`, 'content-type': 'application/json' },
    body: '{"text":"kept"}',
  })
  await first.close()
  const second = await start()
  expect(second.posts()).toMatchObject([{ text: 'kept', kind: 'post', parentId: null }])
  expect(second.credentials().accounts[0]?.accessToken).toBe(access_token)
  await second.close()
  await rm(folder, { recursive: true })
})
