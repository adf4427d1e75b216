import { Agent } from 'node:https'
import { connect } from 'node:net'
import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { ApiResponseError, TwitterApi } from 'twitter-api-v2'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { startXEmulator } from './x-emulator.ts'

/** The client always calls https://api.x.com; this agent dials the emulator instead, and speaks plain HTTP to it. */
class EmulatorAgent extends Agent {
  readonly #port: number
  constructor(url: string) {
    super()
    this.#port = Number(new URL(url).port)
  }
  override createConnection() {
    return connect(this.#port, '127.0.0.1')
  }
}

let emulator: Emulator
let oauth2: TwitterApi
let oauth1: TwitterApi
const clock = createFixedClock()

beforeEach(async () => {
  emulator = await startXEmulator({ now: clock.now, pendingMs: 0, inProgressMs: 0 })
  const { app, accounts } = emulator.credentials()
  const [account] = accounts
  const keys = account?.oauth1 as { accessToken: string; accessSecret: string }
  const settings = { httpAgent: new EmulatorAgent(emulator.url) }
  oauth2 = new TwitterApi(account?.accessToken ?? '', settings)
  oauth1 = new TwitterApi({ appKey: String(app.apiKey), appSecret: String(app.apiSecret), ...keys }, settings)
})
afterEach(() => emulator.close())

describe.each([
  ['OAuth 2.0', () => oauth2],
  ['OAuth 1.0a', () => oauth1],
])('twitter-api-v2, as published, with %s', (_, client) => {
  test('says who it is, posts text, reads and deletes it', async () => {
    expect((await client().v2.me({ 'user.fields': ['subscription_type'] })).data).toMatchObject({
      username: 'ada_demo',
      subscription_type: 'None',
    })
    const { data } = await client().v2.tweet("Good morning (it's *here*) & now!")
    expect(emulator.posts()).toMatchObject([{ id: data.id, text: "Good morning (it's *here*) & now!" }])
    const read = await client().v2.singleTweet(data.id, { 'tweet.fields': ['created_at', 'author_id'] })
    expect(read.data).toMatchObject({ author_id: emulator.posts()[0]?.accountId })
    expect((await client().v2.deleteTweet(data.id)).data).toEqual({ deleted: true })
    expect(emulator.posts()).toMatchObject([{ id: data.id, removedAt: expect.any(String) }])
  })

  test('posts a thread', async () => {
    const parts = await client().v2.tweetThread(['One', 'Two', { text: 'Three' }])
    const [one, two, three] = emulator.posts()
    expect(parts.map(({ data }) => data.id)).toEqual([one?.id, two?.id, three?.id])
    expect([one?.parentId, two?.parentId, three?.parentId]).toEqual([null, one?.id, two?.id])
    const timeline = await client().v2.userTimeline(one?.accountId ?? '', { 'tweet.fields': ['conversation_id'] })
    expect(timeline.data.data.map(({ conversation_id }) => conversation_id)).toEqual([one?.id, one?.id, one?.id])
  })

  test('posts an image with alt text, and a video', async () => {
    const image = sampleAsset('jpeg')
    const video = sampleAsset('mp4', { sizeBytes: 2_500_000 })
    const imageId = await client().v2.uploadMedia(Buffer.from(image.bytes), { media_type: 'image/jpeg' } as never)
    await client().v2.createMediaMetadata(imageId, { alt_text: { text: 'A dancer' } })
    await client().v2.tweet('An image', { media: { media_ids: [imageId] } })
    const videoId = await client().v2.uploadMedia(Buffer.from(video.bytes), {
      media_type: 'video/mp4',
      media_category: 'tweet_video',
    } as never)
    const { data } = await client().v2.tweet('A video', { media: { media_ids: [videoId] } })
    expect(emulator.posts().map(({ mediaSha256 }) => mediaSha256)).toEqual([[image.sha256], [video.sha256]])
    const { includes } = await client().v2.tweets([emulator.posts()[0]?.id ?? '', data.id], {
      expansions: ['attachments.media_keys'],
      'media.fields': ['alt_text', 'width', 'height', 'duration_ms'],
    })
    expect(includes?.media).toMatchObject([
      { type: 'photo', alt_text: 'A dancer', width: 1080, height: 1350 },
      { type: 'video', width: 720, height: 1280 },
    ])
  })

  test('gets its own errors for a duplicate, a rate limit and a bad token', async () => {
    await client().v2.tweet('Once')
    const duplicate = await catchError(client().v2.tweet('Once'))
    expect([duplicate.code, duplicate.data.detail]).toEqual([
      403,
      'You are not allowed to create a Tweet with duplicate content.',
    ])
    emulator.addFault({ match: { path: '/2/tweets' }, fault: { kind: 'rate_limit', retryAfterMs: 60_000 } })
    const limited = await catchError(client().v2.tweet('Twice'))
    expect([limited.rateLimitError, limited.rateLimit]).toEqual([
      true,
      { limit: 100, remaining: 0, reset: clock.now() / 1000 + 60 },
    ])
    emulator.addFault({ match: {}, fault: { kind: 'revoke_token' } })
    expect((await catchError(client().v2.tweet('Thrice'))).isAuthError).toBe(true)
    expect((await catchError(client().v2.me())).isAuthError).toBe(true)
  })
})

test.each([
  ['single', 100],
  ['untyped', 100],
  ['coded_list', 100],
  ['coded', 100],
  ['html', undefined],
  ['empty', undefined],
])('twitter-api-v2 raises its own error for a body of the form %s', async (errorBodies, limit) => {
  await fetch(`${emulator.url}/_emulator/switches`, { method: 'POST', body: JSON.stringify({ errorBodies }) })
  await oauth2.v2.tweet('Once')
  const error = await catchError(oauth2.v2.tweet('Once'))
  expect([error.code, error.rateLimit?.limit]).toEqual([403, limit])
})

test('twitter-api-v2 with a wrong secret is refused', async () => {
  const { app, accounts } = emulator.credentials()
  const keys = accounts[0]?.oauth1 as { accessToken: string; accessSecret: string }
  const wrong = new TwitterApi(
    { appKey: String(app.apiKey), appSecret: 'wrong', ...keys },
    { httpAgent: new EmulatorAgent(emulator.url) },
  )
  const error = await catchError(wrong.v2.tweet('Never'))
  expect([error.code, error.errors]).toEqual([401, [{ code: 89, message: 'Invalid or expired token.' }]])
  expect(emulator.posts()).toEqual([])
})

test('twitter-api-v2 logs in with OAuth 2.0, refreshes and revokes', async () => {
  const { app, accounts } = emulator.credentials()
  const client = new TwitterApi(
    { clientId: app.clientId, clientSecret: app.clientSecret },
    { httpAgent: new EmulatorAgent(emulator.url) },
  )
  const redirectUri = app.redirectUris[0] ?? ''
  const link = client.generateOAuth2AuthLink(redirectUri, {
    scope: ['tweet.read', 'users.read', 'tweet.write', 'offline.access'],
  })
  const authorize = new URL(link.url)
  const answer = await fetch(`${emulator.url}${authorize.pathname}`, {
    method: 'POST',
    redirect: 'manual',
    body: new URLSearchParams([...authorize.searchParams, ['account', accounts[1]?.id ?? '']]),
  })
  const back = new URL(answer.headers.get('location') ?? '')
  expect(back.searchParams.get('state')).toBe(link.state)
  const login = await client.loginWithOAuth2({
    code: back.searchParams.get('code') ?? '',
    codeVerifier: link.codeVerifier,
    redirectUri,
  })
  expect((await login.client.v2.me()).data.username).toBe('bea_demo')
  const refreshed = await client.refreshOAuth2Token(login.refreshToken ?? '')
  expect((await catchError(client.refreshOAuth2Token(login.refreshToken ?? ''))).code).toBe(400)
  expect((await refreshed.client.v2.me()).data.username).toBe('bea_demo')
  await client.revokeOAuth2Token(refreshed.accessToken)
  expect((await catchError(refreshed.client.v2.me())).code).toBe(401)
})

describe('twitter-api-v2 with OAuth 1.0a', () => {
  const connect = (tokens: { accessToken?: string; accessSecret?: string } = {}) => {
    const { app } = emulator.credentials()
    const keys = { appKey: String(app.apiKey), appSecret: String(app.apiSecret) }
    return new TwitterApi({ ...keys, ...tokens }, { httpAgent: new EmulatorAgent(emulator.url) })
  }
  const decide = (url: string, account: string | undefined) => {
    const { pathname, searchParams } = new URL(url)
    const body = new URLSearchParams({ ...Object.fromEntries(searchParams), account: account ?? '' })
    return fetch(emulator.url + pathname, { method: 'POST', redirect: 'manual', body })
  }

  test('logs in by three legs, once, and with the right verifier alone', async () => {
    const { app, accounts } = emulator.credentials()
    const link = await connect().generateAuthLink(app.redirectUris[0], { linkMode: 'authorize' })
    expect(link.url).toContain('https://api.x.com/oauth/authorize?oauth_token=')
    const { pathname, search } = new URL(link.url)
    expect(await (await fetch(emulator.url + pathname + search)).text()).toContain('Authorize as @bea_demo')
    const back = new URL((await decide(link.url, accounts[1]?.id)).headers.get('location') ?? '')
    expect(back.searchParams.get('oauth_token')).toBe(link.oauth_token)
    const first = connect({ accessToken: link.oauth_token, accessSecret: link.oauth_token_secret })
    const wrong = JSON.stringify((await catchError(first.login('wrong'))).data)
    expect(wrong).toContain('Invalid oauth_verifier parameter')
    const verifier = back.searchParams.get('oauth_verifier') ?? ''
    const login = await first.login(verifier)
    expect([login.screenName, login.userId]).toEqual(['bea_demo', accounts[1]?.id])
    await login.client.v2.tweet('Logged in')
    expect(emulator.posts()).toMatchObject([{ accountId: accounts[1]?.id }])
    expect((await catchError(first.login(verifier))).errors).toMatchObject([{ code: 32 }])
  })

  test('logs in with a PIN, to read alone', async () => {
    const { accounts } = emulator.credentials()
    const link = await connect().generateAuthLink('oob', { authAccessType: 'read' })
    const page = await (await decide(link.url, accounts[0]?.id)).text()
    const pin = /<code>(\d{7})<\/code>/.exec(page)?.[1] ?? ''
    const first = connect({ accessToken: link.oauth_token, accessSecret: link.oauth_token_secret })
    const { client } = await first.login(pin)
    expect((await client.v2.me()).data.username).toBe('ada_demo')
    const refused = await catchError(client.v2.tweet('Not allowed'))
    expect([refused.code, refused.data.type, refused.headers['x-access-level']]).toEqual([
      403,
      'https://api.twitter.com/2/problems/oauth1-permissions',
      'read',
    ])
  })

  test('learns of a callback that is not registered, and of a person who refuses', async () => {
    const refused = await catchError(connect().generateAuthLink('https://elsewhere.example/'))
    expect([refused.code, JSON.stringify(refused.data)]).toEqual([
      403,
      expect.stringContaining('Callback URL not approved'),
    ])
    const { app } = emulator.credentials()
    const link = await connect().generateAuthLink(app.redirectUris[0])
    const back = new URL((await decide(link.url, undefined)).headers.get('location') ?? '')
    expect(back.searchParams.get('denied')).toBe(link.oauth_token)
    expect((await decide(link.url, undefined)).status).toBe(400)
  })
})

async function catchError(call: Promise<unknown>): Promise<ApiResponseError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ApiResponseError) return error
  throw new Error(`expected an ApiResponseError, got ${error}`)
}
