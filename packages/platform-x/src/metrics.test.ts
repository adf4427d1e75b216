import type { PublishedPart } from '@ofm-social/core'
import { createTestCall, type Script, type ScriptedServer, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import * as bodies from './__fixtures__/error-bodies.ts'
import type { XSettings } from './settings.ts'
import { createXAdapter } from './x-adapter.ts'

let server: ScriptedServer
afterEach(() => server.close())

const now = Date.UTC(2026, 11, 1, 12)
const dayMs = 86_400_000

function part(
  externalId: string,
  ageMs = dayMs,
  rating: PublishedPart['rating'] = 'general',
): PublishedPart<XSettings> {
  const nothing = { kind: 'post', index: 0, text: '', assets: [], settings: {} } as const
  return { ...nothing, rating, externalId, publishedAt: now - ageMs }
}

async function read(script: Script, ...parts: readonly PublishedPart<XSettings>[]) {
  server = await startScriptedServer(script)
  const adapter = createXAdapter({ baseUrl: server.url })
  return adapter.readMetrics?.(parts, createTestCall({ token: 't', now }).context)
}

const isPrivate: (request: Parameters<Script>[0]) => boolean = ({ query }) =>
  query.get('tweet.fields')?.includes('non_public_metrics') ?? false

test('reads public, private and organic counters, and those of the video', async () => {
  const media = (metrics: object) => ({ includes: { media: [{ media_key: '13_1', ...metrics }] } })
  const post = { id: '1', attachments: { media_keys: ['13_1'] } }
  const said = await read(
    (request) =>
      isPrivate(request)
        ? {
            json: {
              data: [
                {
                  ...post,
                  non_public_metrics: { impression_count: 90, url_link_clicks: 3 },
                  organic_metrics: { like_count: 6 },
                },
              ],
              ...media({ non_public_metrics: { playback_100_count: 2 }, organic_metrics: { view_count: 38 } }),
            },
          }
        : {
            json: {
              data: [{ ...post, public_metrics: { like_count: 7, retweet_count: 1, impression_count: 91 } }],
              ...media({ public_metrics: { view_count: 40 } }),
            },
          },
    part('1'),
  )
  expect(said).toEqual([
    {
      externalId: '1',
      counters: {
        like_count: 7,
        retweet_count: 1,
        impression_count: 91,
        url_link_clicks: 3,
        organic_like_count: 6,
        view_count: 40,
        organic_view_count: 38,
        playback_100_count: 2,
      },
    },
  ])
})

test('keeps of adult posts whether X calls them sensitive, and of no others', async () => {
  const data = ['1', '2', '3', '4'].map((id) => ({
    id,
    public_metrics: { like_count: 7 },
    ...(id === '3' ? {} : { possibly_sensitive: id !== '2' }),
  }))
  const adult = ['1', '2', '3'].map((id) => part(id, 31 * dayMs, 'adult'))
  const said = await read(() => ({ json: { data } }), ...adult, part('4', 31 * dayMs))
  expect(said?.map(({ counters }) => counters)).toEqual([
    { like_count: 7, possibly_sensitive: 1 },
    { like_count: 7, possibly_sensitive: 0 },
    { like_count: 7 },
    { like_count: 7 },
  ])
  expect(server.requests[0]?.query.get('tweet.fields')).toBe('attachments,possibly_sensitive,public_metrics')
})

test('a post whose author is suspended is hidden, not gone', async () => {
  const type = 'https://api.twitter.com/2/problems/resource-not-found'
  const suspended = { resource_id: '1', type, title: 'Forbidden', detail: 'User has been suspended: [ada_demo].' }
  expect(await read(() => ({ json: { errors: [suspended] } }), part('1', 31 * dayMs))).toEqual([])
})

test('reads a hundred at once, and private counters of the young ones only', async () => {
  await read(() => ({ json: { data: [] } }), part('1', 31 * dayMs), part('2'))
  expect(server.requests.map(({ query }) => query.get('ids'))).toEqual(['1,2', '2'])
  expect(createXAdapter().limits.metricsBatchMax).toBe(100)
})

test('asks for nothing private of what is old', async () => {
  await read(() => ({ json: { data: [] } }), part('1', 31 * dayMs))
  expect(server.requests).toHaveLength(1)
})

test('keeps public counters when X gives no private ones', async () => {
  const open = { json: { data: [{ id: '1', public_metrics: { like_count: 7 } }] } }
  const said = await read(
    (request) => (isPrivate(request) ? { status: 503, json: bodies.serviceUnavailable } : open),
    part('1'),
  )
  expect(said).toEqual([{ externalId: '1', counters: { like_count: 7 } }])
})

test('takes a missing counter as unknown, a missing post as gone, and a hidden one as a gap', async () => {
  const error = (id: string, type: string) => ({ resource_id: id, type: `https://api.twitter.com/2/problems/${type}` })
  const said = await read(
    () => ({
      json: {
        data: [{ id: '1', public_metrics: { like_count: 7, bookmark_count: null } }, { id: '4' }],
        errors: [error('2', 'resource-not-found'), error('3', 'not-authorized-for-resource')],
      },
    }),
    ...['1', '2', '3', '4'].map((id) => part(id, 31 * dayMs)),
  )
  expect(said).toEqual([
    { externalId: '1', counters: { like_count: 7 } },
    { externalId: '2', gone: true },
  ])
})

test('keeps the older names when X answers with the newer', async () => {
  const said = await read(
    () => ({ json: { data: [{ id: '1', public_metrics: { repost_count: 2 } }] } }),
    part('1', 31 * dayMs),
  )
  expect(said).toEqual([{ externalId: '1', counters: { retweet_count: 2 } }])
})

test('reads what X counts for the account', async () => {
  const counters = { followers_count: 1200, post_count: 640 }
  server = await startScriptedServer(() => ({ json: { data: { id: '1', username: 'ada', public_metrics: counters } } }))
  const adapter = createXAdapter({ baseUrl: server.url })
  expect(await adapter.readAccountMetrics?.(createTestCall({ token: 't', now }).context)).toEqual({
    followers_count: 1200,
    tweet_count: 640,
  })
})
