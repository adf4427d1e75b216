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
import * as bodies from './__fixtures__/error-bodies.ts'
import type { XCheckpoint } from './media-upload.ts'
import type { XAdapterOptions } from './options.ts'
import type { XSettings } from './settings.ts'
import { createXAdapter } from './x-adapter.ts'

const mediaId = '1880028106020515840'
const now = Date.UTC(2026, 11, 1, 12)
const segmentBytes = 1_000
const video = sampleAsset('mp4', { sizeBytes: 3_500 })
const segments = Math.ceil(video.sizeBytes / segmentBytes)
const succeeded = { state: 'succeeded', progress_percent: 100 }
const fallback = { data: { id: mediaId, media_key: `13_${mediaId}`, expires_after_secs: 86_400 } }
const withProcessing = (info: object) => ({ json: { data: { ...fallback.data, processing_info: info } } })

let server: ScriptedServer
afterEach(() => server.close())

/** Answers by the end of the path; without an entry, as X does when all is well. */
async function start(
  answers: Readonly<Record<string, (request: ScriptedRequest, times: number) => ScriptedAnswer | undefined>> = {},
) {
  const times: Record<string, number> = {}
  server = await startScriptedServer((request) => {
    const name = request.method === 'GET' ? 'status' : (request.path.split('/').at(-1) ?? '')
    times[name] = (times[name] ?? 0) + 1
    const given = answers[name]?.(request, times[name])
    if (given !== undefined) return given
    if (name === 'finalize') return withProcessing({ state: 'pending', check_after_secs: 1 })
    return name === 'status' ? withProcessing(succeeded) : { json: fallback }
  })
}

interface PrepareOptions {
  readonly checkpoint?: XCheckpoint
  readonly now?: number
  readonly part?: Partial<PartRequest<XSettings>>
  readonly options?: XAdapterOptions
  readonly remainingMs?: () => number
}

/** One call of `prepare`, with what it stored. Throws nothing. */
async function prepare(assets: readonly PartAsset[], given: PrepareOptions = {}) {
  const adapter = createXAdapter({ baseUrl: server.url, segmentBytes, ...given.options })
  const part = {
    kind: 'post',
    index: 0,
    text: 'First light',
    settings: {},
    rating: 'general',
    ...given.part,
    assets,
  } as const
  const call = createTestCall<XCheckpoint>({ token: 't', now, ...given })
  const outcome = await adapter.prepare?.(part, call.context).catch((error: unknown) => error)
  const checkpoint = call.checkpoints.at(-1) ?? given.checkpoint
  return { outcome, checkpoint, call, error: isPlatformError(outcome) ? outcome : undefined }
}

const appended = () => server.requests.filter(({ path }) => path.endsWith('/append')).map(({ form }) => form)

describe('a video', () => {
  test('goes up in segments, is processed, and is ready', async () => {
    await start()
    const first = await prepare([video])
    expect(first.outcome).toEqual({ status: 'again', afterMs: 1_000, progress: { phase: 'processing' } })
    expect(server.requests[0]).toMatchObject({
      path: '/2/media/upload/initialize',
      json: { media_type: 'video/mp4', total_bytes: video.sizeBytes, media_category: 'tweet_video' },
    })
    const whole = Array.from({ length: segments - 1 }, (_, index) => ({
      segment_index: String(index),
      media: '1000 bytes',
    }))
    const rest = {
      segment_index: String(segments - 1),
      media: `${video.sizeBytes - (segments - 1) * segmentBytes} bytes`,
    }
    expect(appended()).toEqual([...whole, rest])
    const second = await prepare([video], { checkpoint: first.checkpoint, now: now + 1_000 })
    expect(second.outcome).toEqual({
      status: 'prepared',
      uploads: { mediaIds: [mediaId], readyAt: now + 1_000 },
      expiresAt: now + 1_000 + 86_400_000 * 0.98,
    })
    expect(server.requests.at(-1)?.query.toString()).toBe(`command=STATUS&media_id=${mediaId}`)
    expect(second.call.sent).toEqual([])
  })

  test('sends a segment again whose answer broke off: a 2xx alone does not say that X has it', async () => {
    await start({ append: (_, times) => (times === 2 ? { breaksOff: true, json: fallback } : undefined) })
    const broken = await prepare([video])
    expect(broken.error?.code).toBe('outcome_unknown')
    const resumed = await prepare([video], { checkpoint: broken.checkpoint })
    expect(resumed.outcome).toMatchObject({ status: 'again' })
    const all = Array.from({ length: segments }, (_, number) => number)
    expect(appended().map(({ segment_index: number }) => Number(number))).toEqual([...all.slice(0, 2), ...all.slice(1)])
  })

  test('is not ready while the answer that marks it as adult broke off', async () => {
    await start({ metadata: (_, times) => (times === 1 ? { breaksOff: true, json: { data: {} } } : undefined) })
    const part = { rating: 'adult' } as const
    const uploaded = await prepare([video], { part })
    const broken = await prepare([video], { part, checkpoint: uploaded.checkpoint, now: now + 1_000 })
    expect(broken.error?.code).toBe('outcome_unknown')
    const marked = await prepare([video], { part, checkpoint: broken.checkpoint, now: now + 2_000 })
    expect(marked.outcome).toMatchObject({ status: 'prepared' })
    expect(server.calls().filter((call) => call.endsWith('/metadata'))).toHaveLength(2)
  })

  test.each(Array.from({ length: segments }, (_, index) => index))(
    'resumes at segment %i after the process died',
    async (index) => {
      await start({ append: (_, times) => (times === index + 1 ? { reset: true } : undefined) })
      const died = await prepare([video])
      expect(died.error?.code).toBe('outcome_unknown')
      const resumed = await prepare([video], { checkpoint: died.checkpoint })
      expect(resumed.outcome).toMatchObject({ status: 'again' })
      const indexes = appended().map(({ segment_index: number }) => Number(number))
      const all = Array.from({ length: segments }, (_, number) => number)
      expect(indexes).toEqual([...all.slice(0, index + 1), ...all.slice(index)])
      expect(server.calls().filter((call) => call.endsWith('/initialize'))).toHaveLength(1)
    },
  )

  test('says how far it is', async () => {
    await start()
    const { call } = await prepare([video])
    const percents = call.progress.filter(({ phase }) => phase === 'uploading').map(({ percent }) => percent)
    expect(percents[0]).toBe(0)
    expect(percents.at(-1)).toBe(100)
    expect(percents).toEqual([...percents].sort((a, b) => (a ?? 0) - (b ?? 0)))
  })

  test('gives way when its time is nearly over, after at least one segment', async () => {
    await start()
    const remainingMs = () => 10_000
    let run = await prepare([video], { remainingMs })
    expect(run.outcome).toMatchObject({ status: 'again', afterMs: 1, progress: { phase: 'uploading' } })
    for (let calls = 1; calls < segments; calls += 1)
      run = await prepare([video], { remainingMs, checkpoint: run.checkpoint })
    expect(run.outcome).toMatchObject({ status: 'again', afterMs: 1_000 })
    expect(appended()).toHaveLength(segments)
  })

  test('asks for the status when a second finalize is refused', async () => {
    const refused = { status: 400, json: bodies.forbidden('Already finalized.') }
    await start({ finalize: (_, times) => (times === 1 ? { reset: true } : refused) })
    const lost = await prepare([video])
    expect(lost.error?.code).toBe('outcome_unknown')
    const { outcome } = await prepare([video], { checkpoint: lost.checkpoint })
    expect(outcome).toMatchObject({ status: 'prepared' })
  })

  test('is asked about as often as X says, with how far X is', async () => {
    await start({ status: () => withProcessing({ state: 'in_progress', check_after_secs: 7, progress_percent: 40 }) })
    const { checkpoint } = await prepare([video])
    const { outcome } = await prepare([video], { checkpoint })
    expect(outcome).toEqual({ status: 'again', afterMs: 7_000, progress: { phase: 'processing', percent: 40 } })
  })

  test.each([
    ['failed', { state: 'failed', error: { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' } }],
    [
      'stuck with an error',
      {
        state: 'in_progress',
        progress_percent: 99,
        error: { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' },
      },
    ],
  ])('that X refuses (%s) refuses the post, with the words of X', async (_, info) => {
    await start({ status: () => withProcessing(info) })
    const { checkpoint } = await prepare([video])
    const { error } = await prepare([video], { checkpoint })
    expect(error).toMatchObject({
      code: 'invalid_post',
      platformCode: 'InvalidMedia',
      problems: [{ code: 'media_refused', path: 'assets/0', message: 'Unsupported video format' }],
    })
  })

  test('that X failed to process is uploaded again, a few times', async () => {
    await start({ status: () => withProcessing({ state: 'failed', error: { name: 'InternalError' } }) })
    let checkpoint: XCheckpoint | undefined
    const outcomes: unknown[] = []
    for (let calls = 0; calls < 8; calls += 1) {
      const run = await prepare([video], { checkpoint })
      checkpoint = run.checkpoint
      outcomes.push(run.error?.code ?? 'again')
    }
    const round = ['again', 'prepare_again']
    expect(outcomes).toEqual([...round, ...round, ...round, 'again', 'invalid_post'])
    expect(server.calls().filter((call) => call.endsWith('/initialize'))).toHaveLength(4)
  })

  test('that X does not finish is uploaded again', async () => {
    await start({ status: () => withProcessing({ state: 'in_progress', progress_percent: 99 }) })
    const uploaded = await prepare([video])
    const asked = await prepare([video], { checkpoint: uploaded.checkpoint, now: now + 7_200_000 })
    expect(asked.outcome).toMatchObject({ status: 'again' })
    const { error } = await prepare([video], { checkpoint: asked.checkpoint, now: now + 10_800_001 })
    expect(error?.code).toBe('prepare_again')
  })

  test.each([
    ['unclear', 400, bodies.statusNotFound, { status: 'again', afterMs: 5_000 }],
    ['down', 503, bodies.serviceUnavailable, { code: 'not_accepted' }],
    ['out of credits', 402, bodies.creditsDepleted, { code: 'app_blocked' }],
    ['gone', 404, bodies.postNotFound, { code: 'prepare_again' }],
  ])('goes on when the status is %s', async (_, status, json, expected) => {
    await start({ status: () => ({ status, json }) })
    const { checkpoint } = await prepare([video])
    expect((await prepare([video], { checkpoint })).outcome).toMatchObject(expected)
  })

  test('whose status stays unclear is uploaded again in the end', async () => {
    await start({ status: () => ({ status: 400, json: bodies.statusNotFound }) })
    const uploaded = await prepare([video])
    const asked = await prepare([video], { checkpoint: uploaded.checkpoint })
    const { error } = await prepare([video], { checkpoint: asked.checkpoint, now: now + 3_600_001 })
    expect(error?.code).toBe('prepare_again')
  })

  test.each(['append', 'finalize'])('that X no longer knows at %s is uploaded again', async (step) => {
    const lost = { status: 400, json: bodies.forbidden('Media not found.') }
    await start({
      append: (_, times) => (times === 2 ? { reset: true } : step === 'append' && times === 3 ? lost : undefined),
      finalize: (_, times) => (step === 'finalize' && times === 1 ? lost : undefined),
    })
    const died = await prepare([video])
    const resumed = await prepare([video], { checkpoint: died.checkpoint })
    expect(resumed.error?.code).toBe('prepare_again')
    expect(resumed.checkpoint).toEqual({ media: [], restarts: 1 })
    expect((await prepare([video], { checkpoint: resumed.checkpoint })).outcome).toMatchObject({ status: 'again' })
  })

  test('that X refuses at once refuses the post', async () => {
    await start({ append: () => ({ status: 400, json: { error: 'media type unrecognized' } }) })
    expect((await prepare([video])).error?.code).toBe('invalid_post')
  })

  test('whose upload is a day old is uploaded again', async () => {
    await start()
    const { checkpoint } = await prepare([video])
    await prepare([video], { checkpoint, now: now + 86_400_000 })
    expect(server.calls().filter((call) => call.endsWith('/initialize'))).toHaveLength(2)
  })

  test('of many bytes gets segments large enough for a thousand', async () => {
    await start()
    const large = { ...video, sizeBytes: 6_000_000_000 }
    const { call } = await prepare([large], { remainingMs: () => 10_000, options: { segmentBytes: 4 * 1024 * 1024 } })
    expect(call.checkpoints[0]).toMatchObject({ media: [{ segmentBytes: 6_000_000 }] })
  })

  test('takes answers without a body', async () => {
    await start({ append: () => ({ status: 204 }) })
    expect((await prepare([video])).outcome).toMatchObject({ status: 'again' })
  })
})

describe('other media', () => {
  test('a GIF that moves goes up in segments under its own category', async () => {
    await start()
    await prepare([sampleAsset('gif')])
    expect(server.requests[0]?.json).toMatchObject({ media_type: 'image/gif', media_category: 'tweet_gif' })
  })

  test('pictures go up whole, one after the other, and keep their order', async () => {
    await start({ upload: (_, times) => ({ json: { data: { id: `${times}` } } }) })
    const assets = ['a', 'b', 'c'].map((id) => sampleAsset('jpeg', { id }))
    const { outcome, call } = await prepare(assets)
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { mediaIds: ['1', '2', '3'] } })
    expect(server.calls()).toEqual(Array(3).fill('POST /2/media/upload'))
    expect(server.requests[0]?.form).toEqual({ media_category: 'tweet_image', media: `${assets[0]?.sizeBytes} bytes` })
    expect(call.progress.map(({ percent }) => percent)).toEqual([33, 33, 66, 66, 100, 100])
  })

  test('pictures that are up are not uploaded again after the process died', async () => {
    await start({ upload: (_, times) => (times === 3 ? { reset: true } : { json: { data: { id: `${times}` } } }) })
    const assets = ['a', 'b', 'c'].map((id) => sampleAsset('jpeg', { id }))
    const died = await prepare(assets)
    const { outcome } = await prepare(assets, { checkpoint: died.checkpoint })
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { mediaIds: ['1', '2', '4'] } })
    expect(server.requests).toHaveLength(4)
  })

  test('a picture that X processes is waited for', async () => {
    await start({ upload: () => withProcessing({ state: 'in_progress' }) })
    const { outcome } = await prepare([sampleAsset('png')])
    expect(outcome).toMatchObject({ status: 'prepared' })
    expect(server.calls()).toEqual(['POST /2/media/upload', 'GET /2/media/upload'])
  })

  test('a part without media is prepared without a call', async () => {
    await start()
    expect((await prepare([])).outcome).toEqual({ status: 'prepared', uploads: { mediaIds: [] } })
    expect(server.requests).toEqual([])
  })
})

describe('what is said about media', () => {
  const described = () => server.requests.filter(({ path }) => path === '/2/media/metadata').map(({ json }) => json)
  const adult = { sensitive_media_warning: { adult_content: true, graphic_violence: false, other: false } }

  test('alt text', async () => {
    await start()
    await prepare([sampleAsset('jpeg', { altText: 'A dancer' }), sampleAsset('png')])
    expect(described()).toEqual([{ id: mediaId, metadata: { alt_text: { text: 'A dancer' } } }])
  })

  test('adult media, every one of them', async () => {
    await start()
    const assets = [sampleAsset('jpeg', { altText: 'A dancer' }), sampleAsset('png')]
    await prepare(assets, { part: { rating: 'adult' } })
    expect(described()).toEqual([
      { id: mediaId, metadata: { alt_text: { text: 'A dancer' }, ...adult } },
      { id: mediaId, metadata: adult },
    ])
  })

  test('an adult part is not ready while its mark fails, and the picture is not uploaded twice', async () => {
    await start({
      metadata: (_, times) => (times === 1 ? { status: 503, json: bodies.serviceUnavailable } : undefined),
    })
    const failed = await prepare([sampleAsset('jpeg')], { part: { rating: 'adult' } })
    expect(failed.error?.code).toBe('not_accepted')
    const { outcome } = await prepare([sampleAsset('jpeg')], {
      part: { rating: 'adult' },
      checkpoint: failed.checkpoint,
    })
    expect(outcome).toMatchObject({ status: 'prepared' })
    expect(server.calls()).toEqual(['POST /2/media/upload', 'POST /2/media/metadata', 'POST /2/media/metadata'])
  })

  test.each([
    ['omit', []],
    ['send', [{ id: mediaId, metadata: { alt_text: { text: 'A dance' } } }]],
  ] as const)('alt text of a video: %s', async (videoAltText, expected) => {
    await start()
    const assets = [sampleAsset('mp4', { altText: 'A dance' })]
    const { checkpoint } = await prepare(assets)
    await prepare(assets, { checkpoint, options: { videoAltText } })
    expect(described()).toEqual(expected)
  })
})

describe('subtitles of a video', () => {
  const srt = '1\n00:00:00,000 --> 00:00:01,000\nHi\n'
  const settings = { subtitles: [{ languageCode: 'EN', displayName: 'English', srt }] }

  test('go up by themselves and are hung on it', async () => {
    await start()
    const uploaded = await prepare([video], { part: { settings } })
    const { outcome } = await prepare([video], {
      part: { settings },
      checkpoint: uploaded.checkpoint,
      now: now + 1_000,
    })
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { mediaIds: [mediaId] } })
    expect(server.calls().slice(-2)).toEqual(['POST /2/media/upload', 'POST /2/media/subtitles'])
    expect(server.requests.at(-2)?.form).toEqual({ media_category: 'subtitles', media: `${srt.length} bytes` })
    expect(server.requests.at(-1)?.json).toEqual({
      id: mediaId,
      media_category: 'TweetVideo',
      subtitles: { id: mediaId, language_code: 'EN', display_name: 'English' },
    })
  })

  test('that X refuses keep the part from being ready', async () => {
    await start({ subtitles: () => ({ status: 400, json: bodies.mediaIdsInvalid }) })
    const uploaded = await prepare([video], { part: { settings } })
    const again = await prepare([video], { part: { settings }, checkpoint: uploaded.checkpoint, now: now + 1_000 })
    expect(again.error?.code).toBe('invalid_post')
  })
})
