import { afterEach, describe, expect, test } from 'vitest'
import { accountId, container, graphError } from './__fixtures__/answers.ts'
import { createPrepareRig, hourMs, now, video } from './__fixtures__/prepare-rig.ts'

const { close, created, prepare, prepareFully, requests, start } = createPrepareRig()
const uploads = () => requests().filter(({ path }) => path.includes('ig-api-upload'))
afterEach(close)

/** https://developers.facebook.com/documentation/instagram-platform/content-publishing/resumable-uploads */
const message = '{"success":false,"error":{"message":"The upload was interrupted"}}'
const interruption = { status: 400, json: { debug_info: { retriable: true, type: 'PartialRequestError', message } } }

function uploading(bytes: number) {
  const status = bytes === 0 ? 'not_started' : 'in_progress'
  return container('IN_PROGRESS', { video_status: { uploading_phase: { status, bytes_transferred: bytes } } })
}

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
    const upload = requests().find(({ path }) => path.includes('ig-api-upload'))
    expect(upload?.path).toBe('/rupload.facebook.com/ig-api-upload/v25.0/101')
    expect(upload?.body.length).toBe(video.sizeBytes)
    expect(Object.fromEntries(upload?.headers ?? [])).toMatchObject({
      authorization: 'OAuth t',
      offset: '0',
      file_size: String(video.sizeBytes),
    })
    expect(created()[0]).toMatchObject({ upload_type: 'resumable', media_type: 'REELS' })
  })

  test.each([
    ['that Instagram names', '/ig-api-upload/v26.0/101', '/ig-api-upload/v26.0/101'],
    ['of the configured version, for Instagram named another host', 'elsewhere', '/ig-api-upload/v25.0/101'],
  ])('goes to the address %s', async (_, named, expected) => {
    const interrupted = container('IN_PROGRESS', { video_status: { uploading_phase: { status: 'in_progress' } } })
    await start({
      create: ({ headers }) => {
        const own = `http://${headers.get('host')}/rupload.facebook.com${named}`
        const uri = named === 'elsewhere' ? 'https://rupload.example/ig-api-upload/v26.0/101' : own
        return { json: { id: '101', uri } }
      },
      status: (_request, times) => (times === 1 ? interrupted : undefined),
    })
    await prepareFully([video], given)
    expect(requests().find(({ path }) => path.includes('ig-api-upload'))?.path).toBe(`/rupload.facebook.com${expected}`)
  })

  test('goes on where it was interrupted', async () => {
    const interrupted = { uploading_phase: { status: 'in_progress', bytes_transferred: 1_000 } }
    await start({
      status: (_, times) => (times === 1 ? container('IN_PROGRESS', { video_status: interrupted }) : undefined),
    })
    await prepareFully([video], given)
    const upload = requests().find(({ path }) => path.includes('ig-api-upload'))
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

  test('that is interrupted goes on in the same container, within a minute', async () => {
    let taken = 0
    await start({
      upload: ({ body }, times) => {
        taken = times === 1 ? 1_000 : taken + body.length
        return times === 1 ? interruption : undefined
      },
      status: () => (taken === video.sizeBytes ? undefined : uploading(taken)),
    })
    const { outcome, tookMs } = await prepareFully([video], given)
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
    expect(tookMs).toBeLessThan(60_000)
    expect(uploads().map(({ headers, body }) => [headers.get('offset'), body.length])).toEqual([
      ['0', video.sizeBytes],
      ['1000', video.sizeBytes - 1_000],
    ])
    expect(created().filter((fields) => 'media_type' in fields)).toHaveLength(1)
  })

  test('whose container is not known at once waits for it', async () => {
    await start({
      status: (_, times) => (times === 1 ? graphError(100, 33) : uploads().length === 0 ? uploading(0) : undefined),
    })
    const { outcome, tookMs } = await prepareFully([video], given)
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
    expect(tookMs).toBeLessThan(60_000)
    expect(uploads()).toHaveLength(1)
  })

  test('that is interrupted says so', async () => {
    await start({ upload: () => interruption, status: () => uploading(0) })
    const { checkpoint } = await prepare([video], given)
    const { error } = await prepare([video], { ...given, ...(checkpoint && { checkpoint }) })
    expect(error).toMatchObject({ code: 'not_accepted', message: expect.stringContaining('PartialRequestError') })
  })

  test('that is interrupted again and again goes on as long as more of it arrives', async () => {
    let taken = 0
    const pieceBytes = Math.ceil(video.sizeBytes / 25)
    await start({
      upload: () => {
        taken = Math.min(video.sizeBytes, taken + pieceBytes)
        return taken < video.sizeBytes ? interruption : undefined
      },
      status: () => (taken === video.sizeBytes ? undefined : uploading(taken)),
    })
    const { outcome } = await prepareFully([video], given)
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
    expect(uploads()).toHaveLength(25)
  })

  test('of which nothing more arrives is sent to other containers, and fails in the end with the reason', async () => {
    await start({ upload: () => interruption, status: () => uploading(1_000) })
    const { error } = await prepareFully([video], given)
    expect(error).toMatchObject({ code: 'invalid_post', message: expect.stringContaining('PartialRequestError') })
    expect(uploads()).toHaveLength(40)
    expect(created().filter((fields) => 'media_type' in fields)).toHaveLength(4)
  })

  test('that took long to arrive has as long to be processed as any other', async () => {
    let isSent = false
    const interrupted = { id: '90', createdAt: now, state: 'made', refused: { offset: 1_000, times: 1 } } as const
    const checkpoint = { accountId, items: [{ container: interrupted, failures: 0 }], parent: { failures: 0 } }
    await start({
      upload: () => {
        isSent = true
        return undefined
      },
      status: (_, times) => (isSent ? (times < 4 ? uploading(video.sizeBytes) : undefined) : uploading(1_000)),
    })
    const { outcome } = await prepareFully([video], { ...given, checkpoint, now: now + hourMs })
    expect(outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '90' } })
  })
})
