import { createHash } from 'node:crypto'
import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { startX, type X } from './__fixtures__/call-x.ts'

let x: X
afterEach(() => x.close())

const image = sampleAsset('jpeg').bytes
const gif = sampleAsset('gif').bytes
const video = sampleAsset('mp4', { sizeBytes: 2_500_000 }).bytes
const withMedia = (...ids: string[]) => ({ media: { media_ids: ids } })
const invalidIds = (...ids: string[]) => ({
  errors: [{ parameters: { 'media.media_ids': ids }, message: 'Your media IDs are invalid.' }],
  title: 'Invalid Request',
  detail: 'One or more parameters to your request was invalid.',
  type: 'https://api.twitter.com/2/problems/invalid-request',
})

describe('uploads', () => {
  test('of a video are processed while the clock goes on, and posted with the bytes that were sent', async () => {
    x = await startX()
    const { id, finalized } = await x.upload(video, 'video/mp4', 'tweet_video')
    expect(finalized.json.data).toMatchObject({
      media_key: `13_${id}`,
      size: video.length,
      processing_info: { state: 'pending', check_after_secs: 1 },
    })
    expect((await x.tweet('early', withMedia(id))).json).toEqual(invalidIds(id))
    x.clock.advance(2000)
    expect((await x.status(id)).json.data.processing_info).toEqual({
      state: 'in_progress',
      check_after_secs: 1,
      progress_percent: 50,
    })
    x.clock.advance(1000)
    expect((await x.status(id)).json.data.processing_info).toEqual({ state: 'succeeded', progress_percent: 100 })
    expect((await x.tweet('ready', withMedia(id))).status).toBe(201)
    expect(x.emulator.posts()[0]?.mediaSha256).toEqual([createHash('sha256').update(video).digest('hex')])
  })

  test('of an image need no processing, at once or in segments; STATUS of one is refused', async () => {
    x = await startX()
    const { id, finalized } = await x.upload(image, 'image/jpeg', 'tweet_image')
    expect(finalized.json.data).toMatchObject({
      media_key: `3_${id}`,
      image: { image_type: 'image/jpeg', w: 1080, h: 1350 },
    })
    expect((await x.status(id)).json.errors).toEqual([{ message: 'BadRequest: Not found' }])
    const body = new FormData()
    body.set('media', new Blob([Uint8Array.from(image)]), 'a.jpg')
    body.set('media_category', 'tweet_image')
    const shot = await x.send('POST', '/2/media/upload', { body })
    const json = await x.post('/2/media/upload', {
      media: Buffer.from(image).toString('base64'),
      media_category: 'tweet_image',
    })
    const ids = [id, shot.json.data.id, json.json.data.id]
    expect((await x.tweet('', withMedia(...ids))).status).toBe(201)
    expect(x.emulator.posts()[0]?.mediaSha256).toHaveLength(3)
  })

  test('fail with the reason of the fault, and with those of their bytes', async () => {
    x = await startX()
    x.emulator.addFault({
      match: { pathPattern: 'finalize$' },
      fault: { kind: 'fail_processing', reason: 'UnsupportedMedia' },
    })
    const failing = await x.upload(video, 'video/mp4', 'tweet_video')
    const noVideo = await x.upload(new Uint8Array(1000), 'video/mp4', 'tweet_video')
    x.clock.advance(3000)
    expect((await x.status(failing.id)).json.data.processing_info).toMatchObject({
      state: 'failed',
      error: { code: 3, name: 'UnsupportedMedia' },
    })
    expect((await x.status(noVideo.id)).json.data.processing_info).toMatchObject({
      state: 'failed',
      error: { name: 'InvalidMedia' },
    })
    expect((await x.tweet('', withMedia(failing.id))).json).toEqual(invalidIds(failing.id))
    const noImage = await x.upload(new Uint8Array(1000), 'image/png', 'tweet_image')
    expect([noImage.finalized.status, noImage.finalized.json]).toEqual([400, { error: 'media type unrecognized' }])
  })

  test('take as long as a fault says, for a still as well', async () => {
    x = await startX()
    x.emulator.addFault({ match: {}, times: 1000, fault: { kind: 'slow_processing', ms: 90_000 } })
    const { id, finalized } = await x.upload(image, 'image/jpeg', 'tweet_image')
    expect(finalized.json.data.processing_info.state).toBe('pending')
    x.clock.advance(89_000)
    expect((await x.status(id)).json.data.processing_info.state).toBe('in_progress')
    x.clock.advance(1000)
    expect((await x.status(id)).json.data.processing_info.state).toBe('succeeded')
  })

  test('refuse wrong segments, sizes and enumerations', async () => {
    x = await startX()
    const init = { media_type: 'image/jpeg', total_bytes: 10, media_category: 'tweet_image' }
    const { id } = (await x.post('/2/media/upload/initialize', init)).json.data
    expect((await x.append(id, 1000, new Uint8Array(1))).json.errors[0].message).toBe(
      'SegmentIndex must be between 0 and 999.',
    )
    expect((await x.append(id, 0, new Uint8Array(9 * 1024 * 1024))).status).toBe(413)
    await x.append(id, 1, new Uint8Array(10))
    expect((await x.send('POST', `/2/media/upload/${id}/finalize`)).status).toBe(400)
    const wrong = await x.post('/2/media/upload/initialize', {
      ...init,
      media_type: 'image/x',
      media_category: 'video',
      more: 1,
    })
    expect(wrong.json.errors).toHaveLength(3)
    const large = await x.post('/2/media/upload/initialize', { ...init, total_bytes: 6 * 1024 * 1024 })
    expect(large.status).toBe(400)
    const old = new FormData()
    old.set('command', 'INIT')
    expect((await x.send('POST', '/2/media/upload', { body: old })).status).toBe(400)
  })

  test('replace a segment that is sent again, and finalize twice alike', async () => {
    x = await startX()
    const { id } = (await x.post('/2/media/upload/initialize', { media_type: 'image/gif', total_bytes: gif.length }))
      .json.data
    await x.append(id, 0, new Uint8Array(3))
    await x.append(id, 0, gif)
    const first = await x.send('POST', `/2/media/upload/${id}/finalize`)
    expect([first.status, first.json.data.media_key]).toEqual([200, `16_${id}`])
    expect((await x.send('POST', `/2/media/upload/${id}/finalize`)).json).toEqual(first.json)
  })

  test('speak the old protocol where the switch says so', async () => {
    x = await startX({ commandProtocol: 'on', appendAnswer: 'empty' })
    const send = (fields: Record<string, string | Blob>) => {
      const body = new FormData()
      for (const [name, value] of Object.entries(fields)) body.set(name, value)
      return x.send('POST', '/2/media/upload', { body })
    }
    const init = await send({
      command: 'INIT',
      media_type: 'image/jpeg',
      total_bytes: String(image.length),
      media_category: 'tweet_image',
    })
    const { id } = init.json.data
    const append = await send({
      command: 'APPEND',
      media_id: id,
      segment_index: '0',
      media: new Blob([Uint8Array.from(image)]),
    })
    expect([init.status, append.status]).toEqual([202, 204])
    expect((await send({ command: 'FINALIZE', media_id: id })).json.data.size).toBe(image.length)
  })
})

describe('media of a post', () => {
  test('must be known, own, alive, replicated and of one kind', async () => {
    x = await startX({ mediaLagMs: 3000, mediaLifeMs: 60_000, pendingMs: 0, inProgressMs: 0 })
    const { id } = await x.upload(image, 'image/jpeg', 'tweet_image')
    expect((await x.tweet('lag', withMedia(id))).json).toEqual(invalidIds(id))
    const film = await x.upload(video, 'video/mp4', 'tweet_video')
    x.clock.advance(3000)
    expect((await x.tweet('ok', withMedia(id))).status).toBe(201)
    expect((await x.tweet('unknown', withMedia(id, '42'))).json).toEqual(invalidIds('42'))
    expect((await x.tweet('foreign', withMedia(id), x.bea.accessToken)).json).toEqual(invalidIds(id))
    expect((await x.tweet('mixed', withMedia(id, film.id))).json).toEqual(invalidIds(id, film.id))
    x.clock.advance(57_000)
    expect((await x.tweet('expired', withMedia(id))).json).toEqual(invalidIds(id))
  })

  test('carry alt text and warnings, which a read shows', async () => {
    x = await startX()
    const { id } = await x.upload(image, 'image/jpeg', 'tweet_image')
    const warning = { adult_content: true, graphic_violence: false, other: false }
    const metadata = { alt_text: { text: 'A <dancer>' }, sensitive_media_warning: warning }
    const set = await x.post('/2/media/metadata', { id, metadata })
    expect(set.json).toEqual({ data: { id, associated_metadata: metadata } })
    expect((await x.post('/2/media/metadata', { id, metadata: { alt_text: { text: 'x'.repeat(1001) } } })).status).toBe(
      400,
    )
    await x.tweet('', withMedia(id))
    const postId = x.emulator.posts()[0]?.id
    const { data, includes } = (
      await x.get(
        `/2/tweets/${postId}?tweet.fields=possibly_sensitive,entities&expansions=attachments.media_keys&media.fields=alt_text,url`,
      )
    ).json
    expect([data.possibly_sensitive, data.entities.urls[0].media_key]).toEqual([true, `3_${id}`])
    expect(includes.media).toEqual([
      { media_key: `3_${id}`, type: 'photo', alt_text: 'A <dancer>', url: `${x.emulator.url}/media/3_${id}` },
    ])
    const page = (await x.get(`/ada_demo/status/${postId}`)).json
    for (const part of [`src="/media/3_${id}"`, 'alt="A &lt;dancer&gt;"', 'marked as sensitive'])
      expect(page).toContain(part)
    const served = await fetch(includes.media[0].url)
    expect(new Uint8Array(await served.arrayBuffer())).toEqual(image)
  })

  test('need the scope media.write', async () => {
    x = await startX({ scopes: ['tweet.read', 'tweet.write', 'users.read'] })
    const refused = await x.post('/2/media/upload/initialize', {})
    expect([refused.status, refused.headers.get('content-type'), refused.headers.get('x-rate-limit-limit')]).toEqual([
      403,
      'application/problem+json',
      null,
    ])
    expect(refused.json).toEqual({ title: 'Forbidden', type: 'about:blank', status: 403, detail: 'Forbidden' })
  })
})
