import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'
import { setFrameRate } from './__fixtures__/set-frame-rate.ts'
import type { XEmulatorSwitches } from './switches.ts'

let x: X
afterEach(() => x.close())

const image = sampleAsset('jpeg').bytes
const video = sampleAsset('mp4', { sizeBytes: 500_000 }).bytes
const at = { pendingMs: 0, inProgressMs: 0 }
const withMedia = (...ids: string[]) => ({ media: { media_ids: ids } })
const uploadVideo = async (bytes = video) => (await x.upload(bytes, 'video/mp4', 'tweet_video')).id
const initialize = async (totalBytes = 4) => {
  const body = { media_type: 'video/mp4', total_bytes: totalBytes, media_category: 'tweet_video' }
  return String((await x.post('/2/media/upload/initialize', body)).json.data.id)
}
const finalize = (id: string) => x.send('POST', `/2/media/upload/${id}/finalize`)
const bytes = (...values: number[]) => Uint8Array.from(values)

describe('segments', () => {
  test('that are sent again replace, are left, or are refused', async () => {
    for (const [segmentReuse, status, size] of [
      ['replaces', 200, 2],
      ['keeps_first', 200, 4],
      ['refused', 400, 4],
    ] as const) {
      x = await startX({ segmentReuse })
      const id = await initialize(size)
      await x.append(id, 0, bytes(1, 2, 3, 4))
      expect((await x.append(id, 0, bytes(5, 6))).status).toBe(status)
      expect((await finalize(id)).json.data.size).toBe(size)
      await x.close()
    }
  })

  test('may come in any order, or have to stand in a row', async () => {
    x = await startX()
    expect((await x.append(await initialize(), 1, bytes(1))).status).toBe(200)
    await x.close()
    x = await startX({ segmentOrder: 'in_row' })
    const id = await initialize()
    expect((await x.append(id, 1, bytes(1))).status).toBe(400)
    expect((await x.append(id, 0, bytes(1))).status).toBe(200)
    expect((await x.append(id, 1, bytes(1))).status).toBe(200)
  })

  test('are limited in size and number', async () => {
    x = await startX({ segmentSizeBytesMax: 2, segmentTooLarge: 'status_400', segmentsMax: 2 })
    const id = await initialize()
    expect((await x.append(id, 0, bytes(1, 2, 3))).status).toBe(400)
    expect((await x.append(id, 2, bytes(1))).json.errors[0].message).toBe('SegmentIndex must be between 0 and 1.')
  })

  test('that are missing end processing badly, where the switch says so', async () => {
    x = await startX({ ...at, missingSegment: 'fails_processing' })
    const id = await initialize()
    await x.append(id, 1, bytes(1, 2, 3, 4))
    expect((await finalize(id)).json.data.processing_info).toMatchObject({
      state: 'failed',
      error: { name: 'InvalidMedia' },
    })
  })
})

describe('processing', () => {
  test('goes as planned for a category', async () => {
    const failure = { name: 'InternalError' }
    x = await startX({
      processing: {
        tweet_image: { pendingMs: 0, inProgressMs: 5000 },
        tweet_video: { pendingMs: 0, failure, stallsAtPercent: 99 },
        tweet_gif: { pendingMs: 0, inProgressMs: 0, failure: { name: 'TooLoud', code: 7, message: 'Too loud' } },
      },
    })
    const still = await x.upload(image, 'image/jpeg', 'tweet_image')
    expect(still.finalized.json.data.processing_info.state).toBe('in_progress')
    const gif = await x.upload(sampleAsset('gif').bytes, 'image/gif', 'tweet_gif')
    expect(gif.finalized.json.data.processing_info).toEqual({
      state: 'failed',
      progress_percent: 100,
      error: { code: 7, name: 'TooLoud', message: 'Too loud' },
    })
    const id = await uploadVideo()
    x.clock.advance(3_600_000)
    expect((await x.status(id)).json.data.processing_info).toEqual({
      state: 'in_progress',
      check_after_secs: 1,
      progress_percent: 99,
      error: { code: 131, name: 'InternalError', message: 'Internal error' },
    })
  })

  test('keeps to the limits of the switch, and refuses with the post what is only for paying accounts', async () => {
    const limits = { sizeBytesMax: 600_000, durationMsMax: 500, premiumSizeBytesMax: 600_000 }
    x = await startX({ ...at, mediaLimits: { tweet_video: limits } })
    const refused = await x.tweet('Too long', withMedia(await uploadVideo()))
    expect([refused.status, refused.json.detail]).toEqual([
      403,
      'This user is not allowed to post a video longer than 0 minutes.',
    ])
    const large = { media_type: 'video/mp4', total_bytes: 600_001, media_category: 'tweet_video' }
    expect((await x.post('/2/media/upload/initialize', large)).status).toBe(400)
    await x.close()
    x = await startX({ ...at, mediaLimits: { tweet_video: { premiumDurationMsMax: 500 } } })
    const status = await x.status(await uploadVideo())
    expect(status.json.data.processing_info.error.message).toContain('exceeds max duration of 500.milliseconds')
  })
})

describe('posts', () => {
  const postBoth = async (switches: XEmulatorSwitches) => {
    x = await startX({ ...at, ...switches })
    const { id } = await x.upload(image, 'image/jpeg', 'tweet_image')
    return x.tweet('Both', withMedia(id, await uploadVideo()))
  }

  test('mix photos and videos, or do not', async () => {
    expect((await postBoth({})).status).toBe(400)
    await x.close()
    expect((await postBoth({ mixedMedia: 'taken' })).status).toBe(201)
  })

  test('are refused for a video of too many frames a second', async () => {
    x = await startX(at)
    expect((await x.tweet('Smooth', withMedia(await uploadVideo(setFrameRate(video, 60))))).status).toBe(201)
    const refused = await x.tweet('Smoother', withMedia(await uploadVideo(setFrameRate(video, 120))))
    expect(refused.json.errors[0].message).toBe('Your media IDs are invalid.')
  })
})

describe('marks', () => {
  const mark = async (switches: XEmulatorSwitches, metadata: object) => {
    x = await startX({ ...at, ...switches })
    const id = await uploadVideo()
    const answer = await x.post('/2/media/metadata', { id, metadata })
    const { id: postId } = (await x.tweet('Marked', withMedia(id))).json.data
    const read = await x.get(`/2/tweets/${postId}?tweet.fields=possibly_sensitive`)
    await x.close()
    return [answer.status, read.json.data.possibly_sensitive]
  }
  const sensitive = { sensitive_media_warning: { adult_content: true } }

  test('as sensitive are read back, taken in vain, or refused', async () => {
    expect(await mark({}, sensitive)).toEqual([200, true])
    expect(await mark({ sensitiveReadsBack: false }, sensitive)).toEqual([200, false])
    expect(await mark({ sensitiveMark: 'refused' }, sensitive)).toEqual([400, false])
  })

  test('of alt text are for videos too, or not', async () => {
    const altText = { alt_text: { text: 'A dancer' } }
    expect(await mark({}, altText)).toEqual([200, false])
    expect(await mark({ videoAltText: 'refused' }, altText)).toEqual([400, false])
  })
})

test('STATUS of a picture is refused, or answered', async () => {
  for (const [statusWithoutProcessing, status] of [
    ['refuse', 400],
    ['answer', 200],
  ] as const) {
    x = await startX({ statusWithoutProcessing })
    const { id } = await x.upload(image, 'image/jpeg', 'tweet_image')
    expect((await x.status(id)).status).toBe(status)
    await x.close()
  }
})

test('the same text is a duplicate with other media too, or is not', async () => {
  for (const [duplicateComparesMedia, status] of [
    [false, 403],
    [true, 201],
  ] as const) {
    x = await startX({ duplicateComparesMedia })
    const first = (await x.upload(image, 'image/jpeg', 'tweet_image')).id
    const other = (await x.upload(sampleAsset('png').bytes, 'image/png', 'tweet_image')).id
    expect((await x.tweet('Same', withMedia(first))).status).toBe(201)
    expect((await x.tweet('Same', withMedia(first))).status).toBe(403)
    expect((await x.tweet('Same', withMedia(other))).status).toBe(status)
    await x.close()
  }
})

test('a segment is answered with JSON, or with nothing', async () => {
  for (const [appendAnswer, status] of [
    ['json', 200],
    ['empty', 204],
  ] as const) {
    x = await startX({ appendAnswer })
    expect((await x.append(await initialize(), 0, bytes(1))).status).toBe(status)
    await x.close()
  }
})

test('new subtitles are answered as a list, or as one', async () => {
  for (const subtitlesAnswer of ['list', 'object'] as const) {
    x = await startX({ ...at, subtitlesAnswer })
    const track = await x.upload(new TextEncoder().encode('1\n'), 'text/srt', 'subtitles')
    const subtitles = { id: track.id, language_code: 'EN' }
    const added = await x.post('/2/media/subtitles', {
      id: await uploadVideo(),
      media_category: 'TweetVideo',
      subtitles,
    })
    expect(added.json.data.associated_subtitles).toEqual(subtitlesAnswer === 'list' ? [subtitles] : subtitles)
    await x.close()
  }
})

test('marked media are not shown to an account without a birth date, unless they are its own', async () => {
  x = await startX({ withoutBirthDate: ['ada_demo'] })
  const post = async (token: string) => {
    const media = Buffer.from(image).toString('base64')
    const { id } = (await x.post('/2/media/upload', { media, media_category: 'tweet_image' }, token)).json.data
    await x.post('/2/media/metadata', { id, metadata: { sensitive_media_warning: { adult_content: true } } }, token)
    return (await x.tweet('Marked', withMedia(id), token)).json.data.id
  }
  const [own, other] = [await post(x.ada.accessToken), await post(x.bea.accessToken)]
  const query = `ids=${own},${other}&tweet.fields=attachments,possibly_sensitive&expansions=attachments.media_keys`
  const shown = async (token: string) => {
    const { data, includes } = (await x.get(`/2/tweets?${query}`, token)).json
    return [data.map(({ attachments }: { attachments?: object }) => attachments !== undefined), includes.media.length]
  }
  expect(await shown(x.ada.accessToken)).toEqual([[true, false], 1])
  expect(await shown(x.bea.accessToken)).toEqual([[true, true], 2])
})
