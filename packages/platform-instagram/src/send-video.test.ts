import { afterEach, describe, expect, test } from 'vitest'
import { container } from './__fixtures__/answers.ts'
import { createPrepareRig, video } from './__fixtures__/prepare-rig.ts'

const { close, created, prepareFully, requests, start } = createPrepareRig()
afterEach(close)

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
})
