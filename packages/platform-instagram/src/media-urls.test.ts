import { createTestCall } from '@ofm-social/core/testing'
import { afterEach, describe, expect, test } from 'vitest'
import { accountId } from './__fixtures__/answers.ts'
import { createPrepareRig, image } from './__fixtures__/prepare-rig.ts'
import type { InstagramCheckpoint } from './container-checkpoint.ts'
import { createInstagramAdapter } from './instagram-adapter.ts'

const { close, prepare, requests, start } = createPrepareRig()
afterEach(close)

describe('a file that Instagram fetches', () => {
  test('is not sent when the host has no URL for it', async () => {
    await start()
    const { error } = await prepare([image], {
      publicUrl: async () => {
        throw new TypeError('no URLs')
      },
    })
    expect(error).toBeUndefined()
    expect(requests()).toEqual([])
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
})
