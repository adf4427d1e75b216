import { afterEach, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

const dayMs = 86_400_000
const all = 'tweet.fields=public_metrics,non_public_metrics,organic_metrics'
let x: X
afterEach(() => x.close())

test('counters are those that were set, by their older or newer name, or follow a curve', async () => {
  x = await startX({ metricsGrowth: 'none' })
  const { id } = (await x.tweet('Counted')).json.data
  expect(x.emulator.setMetrics(id, { like_count: 7, repost_count: 2, url_link_clicks: 3 })).toBe(true)
  expect(x.emulator.setMetrics('1', { like_count: 7 })).toBe(false)
  const read = (await x.get(`/2/tweets/${id}?${all}`)).json.data
  expect(read.public_metrics).toEqual({
    retweet_count: 2,
    reply_count: 0,
    like_count: 7,
    quote_count: 0,
    bookmark_count: 0,
    impression_count: 0,
  })
  expect(read.organic_metrics).toMatchObject({ like_count: 7, url_link_clicks: 3 })
  const current = (await x.get(`/2/tweets/${id}?post.fields=public_metrics`)).json.data
  expect(current.public_metrics).toMatchObject({ repost_count: 2 })
  x.emulator.setMetrics(id, {
    curve: [
      { afterMs: 0, counters: { like_count: 1 } },
      { afterMs: 3_600_000, counters: { like_count: 9 } },
    ],
  })
  const likes = async () => (await x.get(`/2/tweets/${id}?${all}`)).json.data.public_metrics.like_count
  expect(await likes()).toBe(1)
  x.clock.advance(3_600_000)
  expect(await likes()).toBe(9)
})

test('counters that nobody set grow with age, and can be left out', async () => {
  x = await startX({ missingCounters: ['url_link_clicks'] })
  const { id } = (await x.tweet('Grows')).json.data
  const read = async () => (await x.get(`/2/tweets/${id}?${all}`)).json.data
  expect((await read()).public_metrics.impression_count).toBe(0)
  x.clock.advance(7_000_000)
  const first = await read()
  expect(first.public_metrics.impression_count).toBeGreaterThan(10)
  expect(first.non_public_metrics).not.toHaveProperty('url_link_clicks')
})

test('private counters are for the author, for thirty days; in vain they are one error each', async () => {
  x = await startX()
  const own = (await x.tweet('Own')).json.data.id
  const other = (await x.tweet('Other', {}, x.bea.accessToken)).json.data.id
  const fields = 'tweet.fields=public_metrics,non_public_metrics'
  const mixed = (await x.get(`/2/tweets?ids=${own},${other},1&${fields}`)).json
  expect(mixed.data.map((post: object) => Object.keys(post).includes('non_public_metrics'))).toEqual([true, false])
  expect(mixed.errors).toHaveLength(1 + 4)
  expect(mixed.errors[1]).toEqual({
    resource_type: 'tweet',
    field: 'non_public_metrics.impression_count',
    parameter: 'ids',
    resource_id: other,
    value: other,
    section: 'data',
    title: 'Field Authorization Error',
    detail: `Sorry, you are not authorized to access 'non_public_metrics.impression_count' on the Tweet with id : [${other}].`,
    type: 'https://api.twitter.com/2/problems/not-authorized-for-field',
  })
  const byApp = (await x.get(`/2/tweets?ids=${own}&${fields}`, String(x.app.bearerToken))).json
  expect(byApp.errors).toHaveLength(4)
  x.clock.advance(30 * dayMs + 1)
  const refreshed = await x.form(
    '/2/oauth2/token',
    { grant_type: 'refresh_token', refresh_token: x.ada.refreshToken ?? '' },
    { authorization: `Basic ${Buffer.from(`${x.app.clientId}:${x.app.clientSecret}`).toString('base64')}` },
  )
  const old = (await x.get(`/2/tweets?ids=${own}&${fields}`, refreshed.json.access_token)).json
  expect(old.errors).toHaveLength(4)
  expect(old.data[0].public_metrics.impression_count).toBeGreaterThan(0)
})

test('a batch has at most a hundred posts', async () => {
  x = await startX()
  const ids = (count: number) => Array.from({ length: count }, (_, index) => index + 1).join(',')
  expect((await x.get(`/2/tweets?ids=${ids(100)}`)).json.errors).toHaveLength(100)
  expect((await x.get(`/2/tweets?ids=${ids(101)}`)).status).toBe(400)
})

test('posts of a suspended or protected account are told as such', async () => {
  x = await startX({ accountStates: {}, protectedAccounts: ['bea_demo'] })
  const { id } = (await x.tweet('Hidden', {}, x.bea.accessToken)).json.data
  const read = (await x.get(`/2/tweets?ids=${id}`)).json
  expect([read.data, read.errors[0].title]).toEqual([undefined, 'Authorization Error'])
  expect((await x.get(`/2/tweets?ids=${id}`, x.bea.accessToken)).json.data).toHaveLength(1)
  const timeline = (await x.get(`/2/users/${x.bea.id}/tweets`)).json
  expect(timeline.errors[0].detail).toBe(`Sorry, you are not authorized to see the user with id: [${x.bea.id}].`)
  expect((await x.get('/2/tweets/search/recent?query=hidden')).json.meta.result_count).toBe(0)
  await x.close()
  x = await startX({ accountStates: { bea_demo: 'suspended' } })
  expect((await x.get(`/2/users/${x.bea.id}/tweets`)).json.errors[0].title).toBe('Forbidden')
})
