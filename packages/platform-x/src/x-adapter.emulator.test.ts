import type { PartRequest } from '@ofm-social/core'
import { createFixedClock, createTestCall, sampleAsset } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import { startXEmulator, type XEmulatorSwitches } from './emulator/index.ts'
import type { XCheckpoint } from './media-upload.ts'
import type { XSettings } from './settings.ts'
import type { XUploads } from './upload.ts'
import { createXAdapter } from './x-adapter.ts'

const post: PartRequest<XSettings> = {
  kind: 'post',
  index: 0,
  text: 'First light',
  assets: [],
  settings: {},
  rating: 'general',
}

let emulator: Awaited<ReturnType<typeof startXEmulator>> | undefined
afterEach(() => emulator?.close())

/** The adapter in front of the emulator, with a clock that both share. */
async function start(switches: XEmulatorSwitches = {}) {
  const clock = createFixedClock()
  const started = await startXEmulator({ now: clock.now, ...switches })
  emulator = started
  const adapter = createXAdapter({ baseUrl: started.url, segmentBytes: 2_000 })
  const token = started.credentials().accounts[0]?.accessToken ?? ''
  const call = (checkpoint?: XCheckpoint) => createTestCall<XCheckpoint>({ token, now: clock.now(), checkpoint })
  async function prepare(part: PartRequest<XSettings>): Promise<XUploads> {
    let checkpoint: XCheckpoint | undefined
    for (;;) {
      const { context, checkpoints } = call(checkpoint)
      const preparation = await adapter.prepare?.(part, context)
      checkpoint = checkpoints.at(-1) ?? checkpoint
      if (preparation === undefined) throw new TypeError('The adapter lost its prepare.')
      if (preparation.status === 'prepared') return preparation.uploads
      clock.advance(preparation.afterMs)
    }
  }
  return { adapter, call, clock, prepare, emulator: started }
}

test('the same text again is a duplicate', async () => {
  const { adapter, call } = await start()
  await adapter.publish({ ...post, uploads: { mediaIds: [] } }, call().context)
  const again = adapter.publish({ ...post, uploads: { mediaIds: [] } }, call().context)
  await expect(again).rejects.toMatchObject({ code: 'duplicate' })
})

test('a video that X cannot read refuses the post, in words of X', async () => {
  const { prepare, emulator: started } = await start()
  started.addFault({ match: {}, times: 1_000, fault: { kind: 'fail_processing', reason: 'InvalidMedia' } })
  const refused = prepare({ ...post, assets: [sampleAsset('mp4')] })
  await expect(refused).rejects.toMatchObject({ code: 'invalid_post', platformCode: 'InvalidMedia' })
})

test('a video that X failed over is uploaded again', async () => {
  const { prepare, emulator: started } = await start()
  started.addFault({ match: {}, times: 1_000, fault: { kind: 'fail_processing', reason: 'InternalError' } })
  await expect(prepare({ ...post, assets: [sampleAsset('mp4')] })).rejects.toMatchObject({ code: 'prepare_again' })
})

test('a reply to a post that was deleted is refused', async () => {
  const { adapter, call, clock } = await start()
  const first = await adapter.publish({ ...post, uploads: { mediaIds: [] } }, call().context)
  const externalId = first.status === 'published' ? (first.externalId ?? '') : ''
  await adapter.remove?.(externalId, call().context)
  clock.advance(60_000)
  const reply = { ...post, kind: 'thread' as const, index: 1, text: 'More', uploads: { mediaIds: [] } }
  await expect(adapter.publish({ ...reply, parent: { externalId } }, call().context)).rejects.toMatchObject({
    code: 'invalid_post',
    platformCode: 'reply-target-invisible',
  })
})

test('a post with everything is found after its answer was lost', async () => {
  const { adapter, call, clock, prepare, emulator: started } = await start()
  const text = 'Fire & <ice> 🔥 example.com https://example.org/a?b=1&c=ü'
  const part = { ...post, text, assets: [sampleAsset('jpeg', { altText: 'A' }), sampleAsset('png')] }
  const uploads = await prepare({ ...part, rating: 'adult' })
  started.addFault({ match: { method: 'POST', path: '/2/tweets' }, fault: { kind: 'accept_then_reset' } })
  const sentAt = clock.now()
  await expect(adapter.publish({ ...part, uploads }, call().context)).rejects.toMatchObject({ code: 'outcome_unknown' })
  clock.advance(5_000)
  const nothing = { number: 1, baseline: undefined, fingerprint: '', idsBoundElsewhere: [] }
  const attempt = { ...nothing, sentAt, uploads, part: { ...part, uploads } }
  const evidence = await adapter.findPublished?.(attempt, call().context)
  expect(evidence).toMatchObject({ status: 'found', externalId: started.posts()[0]?.id })
})

test('a post is edited while X lets it be, and then no more', async () => {
  const { adapter, call, clock, prepare } = await start({ subscriptions: { ada_demo: 'Premium' }, editsMax: 1 })
  const first = await adapter.publish({ ...post, uploads: { mediaIds: [] } }, call().context)
  const id = first.status === 'published' ? (first.externalId ?? '') : ''
  const edit = { ...post, text: 'Second light', settings: { editOfPostId: id } }
  const uploads = await prepare(edit)
  const second = await adapter.publish({ ...edit, uploads }, call().context)
  const newer = second.status === 'published' ? (second.externalId ?? '') : ''
  const again = { ...edit, text: 'Third light', settings: { editOfPostId: newer } }
  const refused = (words: RegExp) => ({ code: 'invalid_post', message: expect.stringMatching(words) })
  await expect(prepare(again)).rejects.toMatchObject(refused(/no edit left/))
  const other = await adapter.publish({ ...post, text: 'Another', uploads: { mediaIds: [] } }, call().context)
  const late = { ...edit, settings: { editOfPostId: other.status === 'published' ? (other.externalId ?? '') : '' } }
  clock.advance(61 * 60_000)
  await expect(prepare(late)).rejects.toMatchObject(refused(/which is over/))
})
