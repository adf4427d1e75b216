import { sampleAsset } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { container, graphError } from './__fixtures__/answers.ts'
import { createPrepareRig, hourMs, image, now, video } from './__fixtures__/prepare-rig.ts'

const { close, created, prepare, prepareFully, start } = createPrepareRig()
afterEach(close)

describe('the container of an image', () => {
  test('is made again when Instagram could not fetch it, a few times', async () => {
    await start({ create: (_, times) => (times <= 2 ? graphError(9004, 2207052) : undefined) })
    expect((await prepareFully([image])).outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
    await close()
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
    await close()
    await start({ status: (_, times) => (times === 1 ? container('EXPIRED') : undefined) })
    expect((await prepareFully([image])).outcome).toMatchObject({ uploads: { containerId: '102' } })
  })

  test('whose container is not known at once is asked for again', async () => {
    await start({ status: (_, times) => (times <= 2 ? graphError(100, 33) : undefined) })
    expect((await prepareFully([image])).outcome).toMatchObject({ status: 'prepared', uploads: { containerId: '101' } })
  })
})

describe('the container of a reel', () => {
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

describe('the container of an item of a carousel', () => {
  test('makes only the item again that could not be fetched', async () => {
    await start({
      create: ({ form }, times) =>
        form.image_url?.endsWith('/b') && times === 2 ? graphError(9004, 2207052) : undefined,
    })
    const { outcome } = await prepareFully(['a', 'b', 'c'].map((id) => sampleAsset('jpeg', { id })))
    expect(created().map(({ image_url: url }) => url?.slice(-1))).toEqual(['a', 'b', 'c', 'b', undefined])
    expect(created().at(-1)).toMatchObject({ children: '101,103,102' })
    expect(outcome).toMatchObject({ uploads: { containerId: '104' } })
  })
})
