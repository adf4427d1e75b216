import {
  createTestCall,
  type Script,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId, graphError, mediaId } from './__fixtures__/answers.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'
import type { InstagramSettings } from './settings.ts'

const image = sampleAsset('jpeg')
const part = {
  kind: 'post' as const,
  index: 0,
  text: '',
  assets: [image],
  settings: {} as InstagramSettings,
  rating: 'general' as const,
  externalId: mediaId,
  publishedAt: 0,
}

let server: ScriptedServer
afterEach(() => server.close())

async function start(script: Script, login: 'instagram' | 'facebook' = 'instagram') {
  server = await startScriptedServer(script)
  const { context } = createTestCall({ token: 't' })
  const call = { ...context, account: { externalId: accountId, username: 'ada' } }
  const adapter =
    login === 'instagram'
      ? createInstagramAdapter({ login, baseUrl: server.url })
      : createInstagramAdapter({ login, baseUrl: server.url })
  return {
    now: context.now,
    readMetrics: (parts: readonly (typeof part)[]) => adapter.readMetrics?.(parts, call),
    readAccountMetrics: () => adapter.readAccountMetrics?.(call),
  }
}

const insights = (counters: Record<string, number>) => ({
  json: { data: Object.entries(counters).map(([name, value]) => ({ name, period: 'lifetime', values: [{ value }] })) },
})
const askedFor = (index: number) => server.requests[index]?.query.get('metric')?.split(',') ?? []

describe('counters of a post', () => {
  test.each([
    ['an image', part, 'profile_visits', 'ig_reels_avg_watch_time'],
    ['a reel', { ...part, assets: [sampleAsset('mp4')] }, 'reels_skip_rate', 'profile_visits'],
    ['a story', { ...part, settings: { placement: 'story' as const } }, 'navigation', 'likes'],
  ])('are those of %s', async (_, given, wanted, unwanted) => {
    const { readMetrics } = await start(() => insights({ views: 321, reach: 0 }))
    expect(await readMetrics([given])).toEqual([{ externalId: mediaId, counters: { views: 321, reach: 0 } }])
    expect(askedFor(0)).toContain(wanted)
    expect(askedFor(0)).not.toContain(unwanted)
    expect(askedFor(0)).not.toContain('impressions')
  })

  test('are more with the login through Facebook', async () => {
    const { readMetrics } = await start(() => insights({ total_views: 4 }), 'facebook')
    await readMetrics([part])
    expect(askedFor(0)).toContain('total_views')
  })

  test('are read from the total where there are no values', async () => {
    const { readMetrics } = await start(() => ({
      json: { data: [{ name: 'profile_activity', values: [], total_value: { value: 2 } }] },
    }))
    expect(await readMetrics([part])).toEqual([{ externalId: mediaId, counters: { profile_activity: 2 } }])
  })

  test('are asked for one by one when Instagram does not know one of the names', async () => {
    const { readMetrics } = await start(({ query }) => {
      const names = query.get('metric')?.split(',') ?? []
      return names.includes('reposts') ? graphError(100) : insights({ [names[0] ?? '']: 1 })
    })
    const [read] = (await readMetrics([part])) ?? []
    expect(read?.counters).toMatchObject({ views: 1, likes: 1 })
    expect(read?.counters).not.toHaveProperty('reposts')
  })

  test.each([
    ['no data yet', { json: { data: [] } }],
    ['too few viewers', graphError(10, undefined, '(#10) Not enough viewers for the media to show insights')],
    ['media from before the account was a professional one', graphError(100, 2108006)],
  ])('are a gap after %s', async (_, answer) => {
    const { readMetrics } = await start(() => answer)
    expect(await readMetrics([part])).toEqual([])
  })

  test('say that the post is gone', async () => {
    const { readMetrics } = await start(() => graphError(100, 33))
    expect(await readMetrics([part])).toEqual([{ externalId: mediaId, gone: true }])
  })

  test('say nothing of a story that is over: nobody took it off', async () => {
    const { readMetrics, now } = await start(() => graphError(100, 33))
    const story = (hours: number) => ({
      ...part,
      settings: { placement: 'story' as const },
      publishedAt: now - hours * 3_600_000,
    })
    expect(await readMetrics([story(24)])).toEqual([])
    expect(await readMetrics([story(23)])).toEqual([{ externalId: mediaId, gone: true }])
    expect(await readMetrics([{ ...story(24), settings: {} }])).toEqual([{ externalId: mediaId, gone: true }])
  })

  test('of a limit stay an error', async () => {
    const { readMetrics } = await start(() => graphError(80002))
    await expect(readMetrics([part])).rejects.toMatchObject({ code: 'rate_limited' })
  })
})

describe('counters of the account', () => {
  const profile = { json: { id: accountId, username: 'ada', followers_count: 1_200, follows_count: 10 } }

  test('are those of the profile and of the last day', async () => {
    const day = { json: { data: [{ name: 'reach', total_value: { value: 224 } }] } }
    const { readAccountMetrics } = await start(({ path }) => (path.endsWith('/insights') ? day : profile))
    expect(await readAccountMetrics()).toEqual({ followers_count: 1_200, follows_count: 10, reach: 224 })
  })

  test('are those of the profile alone without the permission for insights', async () => {
    const { readAccountMetrics } = await start(({ path }) => (path.endsWith('/insights') ? graphError(10) : profile))
    expect(await readAccountMetrics()).toEqual({ followers_count: 1_200, follows_count: 10 })
  })

  test.each([
    ['a limit', graphError(80002), 'rate_limited'],
    ['an outage', graphError(2, undefined, 'Later.', 500), 'not_accepted'],
  ])('are asked for again after %s, whole', async (_, answer, code) => {
    const { readAccountMetrics } = await start(({ path }) => (path.endsWith('/insights') ? answer : profile))
    await expect(readAccountMetrics()).rejects.toMatchObject({ code })
  })
})
