import type { PartRequest } from '@ofm-social/core'
import { createTestCall, type ScriptedServer, sampleAsset, startScriptedServer } from '@ofm-social/core/testing'
import { afterEach, expect, test } from 'vitest'
import * as bodies from './__fixtures__/error-bodies.ts'
import type { XCheckpoint } from './media-upload.ts'
import type { XSettings } from './settings.ts'
import { createXAdapter } from './x-adapter.ts'

let server: ScriptedServer
afterEach(() => server.close())

const now = Date.UTC(2026, 11, 1, 12)
const account = { externalId: '2244994945', username: 'ada_demo' }
const editOfPostId = '2080761390344937796'
const edit = {
  kind: 'post',
  index: 0,
  text: 'Better',
  assets: [],
  settings: { editOfPostId },
  rating: 'general',
} as const
const controls = { edits_remaining: 4, is_edit_eligible: true, editable_until: '2026-12-01T12:30:00.000Z' }
const post = { id: editOfPostId, text: 'Good', author_id: account.externalId, edit_controls: controls }

/** Prepares an edit of a post that X shows like this. */
async function prepare(answer: object, part: PartRequest<XSettings> = edit) {
  server = await startScriptedServer(({ path }) =>
    path === '/2/tweets' ? { json: answer } : { json: { data: { id: '1', expires_after_secs: 86_400 } } },
  )
  const { context } = createTestCall<XCheckpoint>({ token: 't', now })
  return createXAdapter({ baseUrl: server.url }).prepare?.(part, { ...context, account })
}

test('an edit is prepared for as long as X lets the post be edited', async () => {
  expect(await prepare({ data: [post] })).toEqual({
    status: 'prepared',
    uploads: { mediaIds: [] },
    expiresAt: Date.parse(controls.editable_until),
  })
  expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /2/tweets'])
  expect(server.requests[0]?.query.get('ids')).toBe(editOfPostId)
  expect(server.requests[0]?.query.get('tweet.fields')).toBe('author_id,edit_controls')
})

test('media of an edit end no later than they would alone', async () => {
  const late = { ...post, edit_controls: { ...controls, editable_until: '2026-12-09T12:00:00.000Z' } }
  const prepared = await prepare({ data: [late] }, { ...edit, assets: [sampleAsset('jpeg')] })
  expect(prepared).toMatchObject({ status: 'prepared', expiresAt: now + 86_400_000 * 0.98 })
})

test('what X does not say is left to X', async () => {
  const silent = { id: editOfPostId, text: 'Good' }
  expect(await prepare({ data: [silent] })).toEqual({ status: 'prepared', uploads: { mediaIds: [] } })
})

test.each<[string, object, RegExp]>([
  ['after the time for it', { ...controls, editable_until: '2026-12-01T11:59:00.000Z' }, /until 2026-12-01T11:59:00/],
  ['when less than a minute is left', { ...controls, editable_until: '2026-12-01T12:00:50.000Z' }, /12:00:50.*minute/],
  ['when it was edited too often', { ...controls, edits_remaining: 0 }, /no edits? left/],
  ['of a kind that is not edited', { ...controls, is_edit_eligible: false }, /says that post \d+ cannot be edited/],
])('is refused %s, and says so', async (_, edit_controls, message) => {
  await expect(prepare({ data: [{ ...post, edit_controls }] })).rejects.toMatchObject({
    code: 'invalid_post',
    message: expect.stringMatching(message),
  })
})

test('of a post that is gone, or of somebody else, is refused before anything is uploaded', async () => {
  const withPicture = { ...edit, assets: [sampleAsset('jpeg')] }
  const gone = { ...bodies.postNotFound }
  await expect(prepare(gone, withPicture)).rejects.toMatchObject({
    code: 'invalid_post',
    message: expect.stringMatching(/no post/),
  })
  expect(server.requests).toHaveLength(1)
  await server.close()
  const foreign = { data: [{ ...post, author_id: '12' }] }
  await expect(prepare(foreign, withPicture)).rejects.toMatchObject({
    code: 'invalid_post',
    message: expect.stringMatching(/another account/),
  })
  expect(server.requests).toHaveLength(1)
})

test('later parts of a thread are no edits, and what is none is not read', async () => {
  await prepare({}, { ...edit, kind: 'thread', index: 1 })
  expect(server.requests).toEqual([])
  await server.close()
  await prepare({}, { ...edit, settings: {} })
  expect(server.requests).toEqual([])
})
