import { isPlatformError, type PartAsset, type PartRequest } from '@ofm-social/core'
import {
  createTestCall,
  type ScriptedAnswer,
  type ScriptedRequest,
  type ScriptedServer,
  sampleAsset,
  startScriptedServer,
} from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId, container, graphError } from './__fixtures__/answers.ts'
import type { InstagramCheckpoint } from './container-checkpoint.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'
import type { InstagramFacebookSettings } from './settings.ts'

const now = Date.UTC(2026, 11, 1, 12)
const hourMs = 3_600_000
const image = sampleAsset('jpeg', { altText: 'A dancer' })
const video = sampleAsset('mp4')

let server: ScriptedServer
afterEach(() => server.close())

type Answers = Readonly<Record<string, (request: ScriptedRequest, times: number) => ScriptedAnswer | undefined>>

/** Answers by what is asked: `create`, `status`, `upload`. Containers are numbered; without an entry all is well. */
async function start(answers: Answers = {}) {
  const times: Record<string, number> = {}
  let made = 0
  server = await startScriptedServer((request) => {
    const isUpload = request.path.includes('/ig-api-upload/')
    const name = isUpload ? 'upload' : request.method === 'POST' ? 'create' : 'status'
    times[name] = (times[name] ?? 0) + 1
    const given = answers[name]?.(request, times[name])
    if (given !== undefined) return given
    if (name === 'upload') return { json: { success: true, message: 'Upload successful.' } }
    if (name === 'status') return container('FINISHED')
    made += 1
    return { json: { id: String(100 + made) } }
  })
}

interface Given {
  readonly login?: 'instagram' | 'facebook'
  readonly text?: string
  readonly settings?: InstagramFacebookSettings
  readonly checkpoint?: InstagramCheckpoint
  readonly now?: number
  readonly videoUpload?: 'resumable'
  readonly publicUrl?: (asset: PartAsset) => Promise<string>
}

/** One call of `prepare`, with what it stored. Throws nothing. */
async function prepare(assets: readonly PartAsset[], given: Given = {}) {
  const { login = 'instagram', videoUpload, text = 'First light', settings = {}, ...call } = given
  const adapter =
    login === 'instagram'
      ? createInstagramAdapter({ login, baseUrl: server.url })
      : createInstagramAdapter({ login, baseUrl: server.url, ...(videoUpload && { videoUpload }) })
  const part: PartRequest<InstagramFacebookSettings> = {
    kind: 'post',
    index: 0,
    text,
    settings,
    rating: 'general',
    assets,
  }
  const publicUrl = async (asset: PartAsset) => `https://media.example/${asset.id}`
  const made = createTestCall<InstagramCheckpoint>({ token: 't', now, publicUrl, ...call })
  const context = { ...made.context, account: { externalId: accountId, username: 'ada' } }
  const outcome = await adapter.prepare?.(part, context).catch((error: unknown) => error)
  const checkpoint = made.checkpoints.at(-1) ?? given.checkpoint
  return { outcome, checkpoint, call: made, error: isPlatformError(outcome) ? outcome : undefined }
}

/** Calls until it is prepared or throws, moving the clock as it says. */
async function prepareFully(assets: readonly PartAsset[], given: Given = {}) {
  let run = await prepare(assets, given)
  let at = given.now ?? now
  for (let round = 0; round < 50; round += 1) {
    const { outcome } = run
    if (typeof outcome !== 'object' || outcome === null || !('afterMs' in outcome)) return run
    at += Number(outcome.afterMs)
    run = await prepare(assets, { ...given, now: at, ...(run.checkpoint && { checkpoint: run.checkpoint }) })
  }
  return run
}

const created = () => server.requests.filter(({ method }) => method === 'POST').map(({ form }) => form)

describe('an image', () => {
  test('is fetched by Instagram, and is ready when its container is', async () => {
    await start({ status: (_, times) => (times === 1 ? container('IN_PROGRESS') : undefined) })
    const { outcome } = await prepareFully([image], {
      text: 'Hi @ada',
      settings: { locationId: '7', madeWithAi: true, collaborators: ['bea'] },
    })
    expect(server.requests[0]).toMatchObject({ method: 'POST', path: `/graph.instagram.com/v25.0/${accountId}/media` })
    expect(server.requests[0]?.headers.get('authorization')).toBe('Bearer t')
    expect(created()).toEqual([
      {
        image_url: 'https://media.example/sample-jpeg',
        alt_text: 'A dancer',
        caption: 'Hi @ada',
        location_id: '7',
        collaborators: '["bea"]',
        is_ai_generated: 'true',
      },
    ])
    expect(outcome).toEqual({
      status: 'prepared',
      uploads: { accountId, containerId: '101', createdAt: now },
      expiresAt: now + 23.5 * hourMs,
    })
  })

  test('is not sent when the host has no URL for it', async () => {
    await start()
    const { error } = await prepare([image], {
      publicUrl: async () => {
        throw new TypeError('no URLs')
      },
    })
    expect(error).toBeUndefined()
    expect(server.requests).toEqual([])
  })

  test.each([
    ['leads to this machine', 'https://localhost/a', /private address/],
    ['leads to a private network', 'https://192.168.1.7/a', /private address/],
    ['is not encrypted', 'http://media.example/a', /https/],
    ['is not US-ASCII', 'https://media.example/ä', /US-ASCII/],
  ])('is not sent when its URL %s', async (_, url, words) => {
    await start()
    const adapter = createInstagramAdapter({ login: 'instagram' })
    const call = createTestCall<InstagramCheckpoint>({ token: 't', publicUrl: async () => url })
    const part = { kind: 'post', index: 0, text: '', settings: {}, rating: 'general', assets: [image] } as const
    const context = { ...call.context, account: { externalId: accountId, username: 'ada' } }
    await expect(adapter.prepare?.(part, context)).rejects.toMatchObject({
      code: 'misconfigured',
      message: expect.stringMatching(words),
    })
    expect(call.sent).toEqual([])
  })

  test('is made again when Instagram could not fetch it, a few times', async () => {
    await start({ create: (_, times) => (times <= 2 ? graphError(9004, 2207052) : undefined) })
    expect((await prepareFully([image])).outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
    await server.close()
    await start({ create: () => graphError(9004, 2207052, 'Media download has failed.') })
    const { error } = await prepareFully([image])
    expect(error).toMatchObject({
      code: 'invalid_post',
      message: expect.stringContaining('Media download has failed.'),
    })
    expect(created()).toHaveLength(4)
  })

  test('is refused for good when Instagram says what is wrong with it', async () => {
    await start({ create: () => graphError(36003, 2207009, 'The aspect ratio is not supported.') })
    const { error } = await prepareFully([image])
    expect(error).toMatchObject({ code: 'invalid_post', platformCode: '36003/2207009' })
    expect(created()).toHaveLength(1)
  })

  test.each([
    ['an outage', graphError(2, undefined, 'Please retry your request later.', 500)],
    ['an error of the server', graphError(-1, 2207001)],
    ['a container that could not be made', graphError(-1, 2207032)],
  ])('is not blamed for %s', async (_, answer) => {
    await start({ create: () => answer })
    const { error, checkpoint } = await prepare([image])
    expect(error?.code).toBe('not_accepted')
    expect(checkpoint).toBeUndefined()
  })

  test('whose container has expired is made again', async () => {
    await start()
    const first = await prepare([image])
    await prepareFully([image], { ...(first.checkpoint && { checkpoint: first.checkpoint }), now: now + 24 * hourMs })
    expect(created()).toHaveLength(2)
    await server.close()
    await start({ status: (_, times) => (times === 1 ? container('EXPIRED') : undefined) })
    expect((await prepareFully([image])).outcome).toMatchObject({ uploads: { containerId: '102' } })
  })

  test('whose container is not known at once is asked for again', async () => {
    await start({ status: (_, times) => (times <= 2 ? graphError(100, 33) : undefined) })
    expect((await prepareFully([image])).outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
  })
})

describe('a reel', () => {
  test('takes a cover, an offset of zero and no place in the feed', async () => {
    await start()
    const settings = {
      coverAsset: 1,
      thumbOffsetMs: 0,
      shareToFeed: false,
      trialReel: 'MANUAL',
      audioName: 'Mine',
    } as const
    await prepareFully([video, image], { settings })
    expect(created()).toEqual([
      {
        media_type: 'REELS',
        video_url: 'https://media.example/sample-mp4',
        cover_url: 'https://media.example/sample-jpeg',
        caption: 'First light',
        share_to_feed: 'false',
        thumb_offset: '0',
        audio_name: 'Mine',
        trial_params: '{"graduation_strategy":"MANUAL"}',
      },
    ])
  })

  test('says where it may appear even when nobody said', async () => {
    await start()
    await prepareFully([video])
    expect(created()).toMatchObject([{ media_type: 'REELS', share_to_feed: 'true' }])
  })

  test.each([
    ['an error that passes', 'Error: Media upload has failed with error code 2207082', 'prepared'],
    ['an error without a code', 'Error', 'prepared'],
  ])('is made again after %s', async (_, status, expected) => {
    await start({ status: (_request, times) => (times === 1 ? container('ERROR', { status }) : undefined) })
    expect((await prepareFully([video])).outcome).toMatchObject({ status: expected, uploads: { containerId: '102' } })
  })

  test.each([
    ['2207003', 3],
    ['2207052', 3],
    ['2207001', 3],
    ['2207032', 3],
    ['2207020', 3],
    ['2207053', 2],
    ['2207076', 1],
    ['2207077', 1],
    ['2207082', 1],
    ['2207085', 1],
    ['2207026', 0],
    ['2207999', 0],
  ])('whose failure is %s is made again %i times before the file is blamed', async (subcode, times) => {
    await start({
      status: () => container('ERROR', { status: `Error: Media upload failed with error code ${subcode}` }),
    })
    const { error } = await prepareFully([video])
    expect(error).toMatchObject({ code: 'invalid_post', message: expect.stringContaining(subcode) })
    expect(created()).toHaveLength(1 + times)
  })

  test('that cannot be taken from a restricted account stops the account, not the reel', async () => {
    await start({ status: () => container('ERROR', { status: 'Error: 2207050' }) })
    const { error } = await prepareFully([video])
    expect(error).toMatchObject({ code: 'account_blocked', until: expect.any(Number), platformCode: '2207050' })
    expect(error?.until).toBeGreaterThanOrEqual(now + 24 * hourMs)
    expect(created()).toHaveLength(1)
  })

  test('that Instagram refuses for its format is refused, with the words of Instagram', async () => {
    await start({
      status: () => container('ERROR', { status: 'Error: Media upload has failed with error code 2207026' }),
    })
    const { error } = await prepareFully([video])
    expect(error).toMatchObject({ code: 'invalid_post', message: expect.stringContaining('2207026') })
    expect(created()).toHaveLength(1)
  })

  test('that stays in progress while a phase of it has failed is made again', async () => {
    const video_status = {
      uploading_phase: { status: 'error', errors: [{ code: 1363008, message: 'File not found.' }] },
    }
    await start({ status: (_, times) => (times === 1 ? container('IN_PROGRESS', { video_status }) : undefined) })
    expect((await prepareFully([video])).outcome).toMatchObject({ uploads: { containerId: '102' } })
  })

  test('that never ends is made again after a quarter of an hour, and says so in the end', async () => {
    await start({ status: () => container('IN_PROGRESS') })
    let last = await prepareFully([video])
    for (let more = 0; more < 3 && !last.error; more += 1)
      last = await prepareFully([video], {
        ...(last.checkpoint && { checkpoint: last.checkpoint }),
        now: now + (more + 1) * hourMs,
      })
    expect(last.error?.message).toContain('15 minutes')
    expect(created()).toHaveLength(4)
  })
})

describe('a carousel', () => {
  const items = ['a', 'b', 'c'].map((id) => sampleAsset('jpeg', { id }))

  test('is made of its items, images and videos mixed', async () => {
    await start()
    const settings = {
      userTags: [
        { username: 'bea', x: 0, y: 1 },
        { username: 'cid', asset: 1 },
      ],
    }
    const { outcome } = await prepareFully([image, video], { settings })
    expect(created()).toEqual([
      {
        is_carousel_item: 'true',
        image_url: 'https://media.example/sample-jpeg',
        alt_text: 'A dancer',
        user_tags: '[{"username":"bea","x":0,"y":1}]',
      },
      {
        media_type: 'VIDEO',
        is_carousel_item: 'true',
        video_url: 'https://media.example/sample-mp4',
        user_tags: '[{"username":"cid"}]',
      },
      { media_type: 'CAROUSEL', children: '101,102', caption: 'First light' },
    ])
    expect(outcome).toMatchObject({
      status: 'prepared',
      uploads: { containerId: '103' },
      expiresAt: now + 23.5 * hourMs,
    })
  })

  test('makes only the item again that could not be fetched', async () => {
    await start({
      create: ({ form }, times) =>
        form.image_url?.endsWith('/b') && times === 2 ? graphError(9004, 2207052) : undefined,
    })
    const { outcome } = await prepareFully(items)
    expect(created().map(({ image_url: url }) => url?.slice(-1))).toEqual(['a', 'b', 'c', 'b', undefined])
    expect(created().at(-1)).toMatchObject({ children: '101,103,102' })
    expect(outcome).toMatchObject({ uploads: { containerId: '104' } })
  })

  test('resumes after the process died, with what was made', async () => {
    await start({ create: (_, times) => (times === 3 ? { reset: true } : undefined) })
    const died = await prepare(items)
    expect(died.error?.code).toBe('outcome_unknown')
    await prepareFully(items, { ...(died.checkpoint && { checkpoint: died.checkpoint }) })
    expect(created().map(({ image_url: url }) => url?.slice(-1))).toEqual(['a', 'b', 'c', 'c', undefined])
  })

  test('is made again when an item had to be', async () => {
    await start()
    const first = await prepareFully(items)
    await prepareFully(items, { ...(first.checkpoint && { checkpoint: first.checkpoint }), now: now + 24 * hourMs })
    expect(created()).toHaveLength(8)
    expect(created().at(-1)).toMatchObject({ children: '105,106,107' })
  })
})

test('a story is a story, whatever it shows, and has no caption', async () => {
  await start()
  await prepareFully([image], { text: '', settings: { placement: 'story' } })
  await prepareFully([video], { text: '', settings: { placement: 'story', userTags: [{ username: 'bea' }] } })
  expect(created()).toEqual([
    { media_type: 'STORIES', image_url: 'https://media.example/sample-jpeg' },
    { media_type: 'STORIES', video_url: 'https://media.example/sample-mp4', user_tags: '[{"username":"bea"}]' },
  ])
})

describe('a video whose bytes are sent', () => {
  const given = {
    login: 'facebook',
    videoUpload: 'resumable',
    publicUrl: () => Promise.reject(new Error('none')),
  } as const

  test('needs no URL', async () => {
    await start({
      status: (_, times) =>
        times === 1
          ? container('IN_PROGRESS', { video_status: { uploading_phase: { status: 'not_started' } } })
          : undefined,
    })
    const { outcome } = await prepareFully([video], given)
    expect(outcome).toMatchObject({ status: 'prepared' })
    const upload = server.requests.find(({ path }) => path.includes('ig-api-upload'))
    expect(upload?.path).toBe('/rupload.facebook.com/ig-api-upload/v25.0/101')
    expect(upload?.body.length).toBe(video.sizeBytes)
    expect(Object.fromEntries(upload?.headers ?? [])).toMatchObject({
      authorization: 'OAuth t',
      offset: '0',
      file_size: String(video.sizeBytes),
    })
    expect(created()[0]).toMatchObject({ upload_type: 'resumable', media_type: 'REELS' })
  })

  test('goes on where it was interrupted', async () => {
    const interrupted = { uploading_phase: { status: 'in_progress', bytes_transferred: 1_000 } }
    await start({
      status: (_, times) => (times === 1 ? container('IN_PROGRESS', { video_status: interrupted }) : undefined),
    })
    await prepareFully([video], given)
    const upload = server.requests.find(({ path }) => path.includes('ig-api-upload'))
    expect(upload?.headers.get('offset')).toBe('1000')
    expect(upload?.body.length).toBe(video.sizeBytes - 1_000)
  })

  test('that is refused may still be processed: the container decides', async () => {
    const failed = { debug_info: { retriable: false, type: 'ProcessingFailedError', message: '{"success":false}' } }
    await start({
      upload: () => ({ status: 400, json: failed }),
      status: (_, times) => (times === 1 ? container('IN_PROGRESS') : undefined),
    })
    expect((await prepareFully([video], given)).outcome).toMatchObject({ status: 'prepared' })
  })
})
