import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import type { XEmulatorSwitches } from './switches.ts'

let x: X
afterEach(() => x.close())

const span = 'start_time=2026-12-01T00:00:00Z&end_time=2026-12-02T00:00:00Z'

describe('timelines', () => {
  test('reach back as far as the switches say', async () => {
    x = await startX({ timelineReachMax: 2, timelineReachWithoutRepliesMax: 1 })
    for (const text of ['One', 'Two', 'Three']) await x.tweet(text)
    const read = async (query: string) => (await x.get(`/2/users/${x.ada.id}/tweets${query}`)).json.meta.result_count
    expect([await read(''), await read('?exclude=replies'), await read('?exclude=retweets')]).toEqual([2, 1, 2])
  })

  test('of the future, or backwards, are empty or refused', async () => {
    const queries = [
      'start_time=2026-12-02T00:00:00Z',
      'end_time=2026-12-02T00:00:00Z',
      'start_time=2026-11-02T00:00:00Z&end_time=2026-11-01T00:00:00Z',
    ]
    for (const [oddTimes, status] of [
      ['taken', 200],
      ['refused', 400],
    ] as const) {
      x = await startX({ oddTimes })
      for (const query of queries) {
        expect((await x.get(`/2/users/${x.ada.id}/tweets?max_results=5&${query}`)).status).toBe(status)
      }
      await x.close()
    }
  })

  test('of a suspended author have an error of the type that the switch says', async () => {
    for (const suspendedError of ['resource-not-found', 'forbidden'] as const) {
      x = await startX({ suspendedError, accountStates: { bea_demo: 'suspended' } })
      const { errors } = (await x.get(`/2/users/${x.bea.id}/tweets`)).json
      expect(errors).toMatchObject([
        { title: 'Forbidden', type: `https://api.twitter.com/2/problems/${suspendedError}` },
      ])
      await x.close()
    }
  })
})

describe('analytics', () => {
  const read = async (switches: XEmulatorSwitches, query: string) => {
    x = await startX({ pendingMs: 0, inProgressMs: 0, ...switches })
    const { id: mediaId } = await x.upload(sampleAsset('mp4').bytes, 'video/mp4', 'tweet_video')
    const { id } = (await x.tweet('Counted', { media: { media_ids: [mediaId] } })).json.data
    x.clock.advance(3_600_000)
    const posts = await x.get(`/2/tweets/analytics?ids=${id}&${span}&${query}`)
    const media = await x.get(`/2/media/analytics?media_keys=13_${mediaId}&${span}&${query}`)
    await x.close()
    return [posts, media].map(({ status, json }) => (status === 200 ? json.data[0] : status))
  }
  const isNumber = expect.any(Number)

  test('have a total among the spans, or beside the id', async () => {
    const [posts] = await read({}, 'granularity=total')
    expect(posts.timestamped_metrics).toMatchObject([{ metrics: { impressions: isNumber } }])
    const flat = await read({ analyticsTotals: 'flat' }, 'granularity=total')
    expect(flat).toMatchObject([
      { id: expect.any(String), impressions: isNumber },
      { media_key: expect.any(String), video_views: isNumber },
    ])
    const [hourly] = await read({ analyticsTotals: 'flat' }, 'granularity=hourly')
    expect(hourly.timestamped_metrics).toHaveLength(24)
  })

  test('of media count in numbers or in text', async () => {
    const query = 'granularity=total'
    const [, numbers] = await read({}, query)
    expect(numbers.timestamped_metrics[0].metrics.video_views).toEqual(isNumber)
    const [posts, media] = await read({ mediaAnalyticsCounters: 'text' }, query)
    expect(posts.timestamped_metrics[0].metrics.impressions).toEqual(isNumber)
    expect(media.timestamped_metrics[0].metrics.video_views).toMatch(/^\d+$/)
  })

  test('go back without end, or not so far', async () => {
    expect(await read({ analyticsHistoryMs: 13 * 3_600_000 }, '')).toMatchObject([
      { id: expect.any(String) },
      { media_key: expect.any(String) },
    ])
    expect(await read({ analyticsHistoryMs: 12 * 3_600_000 }, '')).toEqual([400, 400])
  })
})

test('the author sees private counters as long as the switch says', async () => {
  x = await startX({ privateMetricsLifeMs: 60_000 })
  const { id } = (await x.tweet('Counted')).json.data
  const read = async () => (await x.get(`/2/tweets/${id}?tweet.fields=non_public_metrics`)).json
  expect((await read()).data).toHaveProperty('non_public_metrics')
  x.clock.advance(60_001)
  expect((await read()).errors).toHaveLength(4)
})
