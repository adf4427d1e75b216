import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

test('analytics tell what came on in each span, of own posts and videos', async () => {
  x = await startX({ pendingMs: 0, inProgressMs: 0, metricsGrowth: 'none' })
  const video = await x.upload(sampleAsset('mp4', { sizeBytes: 300_000 }).bytes, 'video/mp4', 'tweet_video')
  const { id } = (await x.tweet('Watched', { media: { media_ids: [video.id] } })).json.data
  const other = (await x.tweet('Of another', {}, x.bea.accessToken)).json.data.id
  x.emulator.setMetrics(id, {
    curve: [
      { afterMs: 1, counters: { impression_count: 10, like_count: 1 } },
      { afterMs: 3_600_000, counters: { impression_count: 30, like_count: 4 } },
    ],
  })
  x.clock.advance(5_400_000)
  const span = 'start_time=2026-12-01T12:00:00Z&end_time=2026-12-01T14:00:00Z&granularity=hourly'
  const posts = await x.get(`/2/tweets/analytics?ids=${id},${other}&${span}&analytics.fields=impressions,likes`)
  expect(posts.json.data).toEqual([
    {
      id,
      timestamped_metrics: [
        { timestamp: '2026-12-01T12:00:00.000Z', metrics: { impressions: 30, likes: 4 } },
        { timestamp: '2026-12-01T13:00:00.000Z', metrics: { impressions: 0, likes: 0 } },
      ],
    },
  ])
  expect(posts.json.errors).toMatchObject([{ resource_id: other }])
  const media = await x.get(`/2/media/analytics?media_keys=13_${video.id}&${span}`)
  expect(media.json.data[0].timestamped_metrics[0].metrics).toMatchObject({ video_views: 30, playback50: 18 })
})

test('analytics refuse what is wrong all at once, and by switch everything', async () => {
  x = await startX()
  const wrong = await x.get('/2/tweets/analytics?ids=x&start_time=now&granularity=yearly')
  expect(wrong.json.errors).toHaveLength(4)
  const weekly = 'start_time=2026-12-01T00:00:00Z&end_time=2026-12-02T00:00:00Z&granularity=weekly'
  expect((await x.get(`/2/media/analytics?media_keys=3_1&${weekly}`)).status).toBe(400)
  await x.close()
  x = await startX({ analytics: 'refused' })
  expect((await x.get(`/2/tweets/analytics?ids=1&${weekly}`)).json.reason).toBe('client-not-enrolled')
})
