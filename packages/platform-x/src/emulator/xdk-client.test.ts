import { createFixedClock, type Emulator, sampleAsset } from '@ofm-social/core/testing'
import { ApiError, Client } from '@xdevplatform/xdk'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { XEmulatorSwitches } from './switches.ts'
import { startXEmulator } from './x-emulator.ts'

const errorBodies = ['recorded', 'single', 'untyped', 'coded_list', 'coded', 'html', 'empty'] as const

const clock = createFixedClock()
let emulator: Emulator
let user: Client
let app: Client
let userId: string

beforeEach(async () => {
  emulator = await startXEmulator({ now: clock.now, pendingMs: 0, inProgressMs: 0 })
  const { app: keys, accounts } = emulator.credentials()
  userId = accounts[0]?.id ?? ''
  user = new Client({ baseUrl: emulator.url, accessToken: accounts[0]?.accessToken, retry: false })
  app = new Client({ baseUrl: emulator.url, bearerToken: keys.bearerToken, retry: false })
})
afterEach(() => emulator.close())

test('the official SDK says who it is, posts a poll, reads it back and deletes it', async () => {
  const me = await user.users.getMe({ userFields: ['subscription_type', 'public_metrics'] })
  expect(me.data).toMatchObject({ id: userId, username: 'ada_demo', subscriptionType: 'None' })
  const poll = await user.posts.create({
    text: 'Which one first?',
    poll: { options: ['Red', 'Blue'], durationMinutes: 1440 },
  })
  const id = poll.data?.id ?? ''
  const read = await app.posts.getById(id, {
    postFields: ['created_at', 'public_metrics', 'edit_controls'],
    expansions: ['attachments.poll_ids', 'author_id'],
    pollFields: ['voting_status', 'end_datetime'],
  })
  expect(read.data).toMatchObject({
    authorId: userId,
    editHistoryPostIds: [id],
    publicMetrics: { repostCount: 0, likeCount: 0 },
    editControls: { isEditEligible: false },
  })
  expect(read.includes?.polls).toMatchObject([
    { options: [{ label: 'Red' }, { label: 'Blue' }], votingStatus: 'open', endDatetime: '2026-12-02T12:00:00.000Z' },
  ])
  expect(await user.posts.delete(id)).toEqual({ data: { deleted: true } })
  expect(emulator.posts()).toMatchObject([{ id, removedAt: '2026-12-01T12:00:00.000Z' }])
})

test('the official SDK uploads a video in segments, with subtitles', async () => {
  const video = sampleAsset('mp4', { sizeBytes: 1_500_000 })
  const id = await upload(video.bytes, 'video/mp4', 'tweet_video')
  const status = await user.media.getUploadStatus(id, { command: 'STATUS' })
  expect(status.data?.processingInfo?.state).toBe('succeeded')
  const text = '1\n00:00:00,000 --> 00:00:01,000\nHi\n'
  const track = await upload(new TextEncoder().encode(text), 'text/srt', 'subtitles')
  const subtitles = await user.media.createSubtitles({
    id,
    mediaCategory: 'TweetVideo',
    subtitles: { id: track, languageCode: 'EN', displayName: 'English' },
  })
  expect(subtitles.data?.associatedSubtitles).toEqual([{ id: track, languageCode: 'EN', displayName: 'English' }])
  await user.posts.create({ text: 'A video', media: { mediaIds: [id] } })
  expect(emulator.posts()).toMatchObject([{ mediaSha256: [video.sha256] }])
})

test('the official SDK raises its own error with the problem of X', async () => {
  await user.posts.create({ text: 'Once' })
  const duplicate = await catchError(user.posts.create({ text: 'Once' }))
  expect([duplicate.status, duplicate.data.detail]).toEqual([
    403,
    'You are not allowed to create a Tweet with duplicate content.',
  ])
  expect((await catchError(app.posts.getByIds(['x']))).data.title).toBe('Invalid Request')
  expect((await catchError(user.users.likePost(userId, { tweetId: '1' }))).status).toBe(403)
  emulator.addFault({ match: { path: '/2/tweets' }, fault: { kind: 'rate_limit', retryAfterMs: 60_000 } })
  expect((await catchError(user.posts.create({ text: 'Twice' }))).status).toBe(429)
})

test.each(errorBodies)('the official SDK raises its own error for a body of the form %s', async (form) => {
  await setSwitches({ errorBodies: form })
  expect((await catchError(user.users.likePost(userId, { tweetId: '1' }))).status).toBe(403)
  expect((await catchError(app.posts.getByIds(['x']))).status).toBe(400)
})

test('the official SDK reads usage with the token of the app', async () => {
  const made = await user.posts.create({ text: 'Counted' })
  await app.posts.getByIds([made.data?.id ?? '', '1'])
  const usage = await app.usage.get({ usageFields: ['daily_project_usage', 'project_usage'] })
  expect(usage.data).toMatchObject({
    projectCap: '3000000',
    projectUsage: '1',
    dailyProjectUsage: { usage: [{ date: '2026-12-01T00:00:00.000Z', usage: '1' }] },
  })
})

const setSwitches = (switches: XEmulatorSwitches) =>
  fetch(`${emulator.url}/_emulator/switches`, { method: 'POST', body: JSON.stringify(switches) })

async function upload(
  bytes: Uint8Array,
  mediaType: 'video/mp4' | 'text/srt',
  mediaCategory: 'tweet_video' | 'subtitles',
): Promise<string> {
  const made = await user.media.initializeUpload({ mediaType, totalBytes: bytes.length, mediaCategory })
  const id = made.data?.id ?? ''
  const half = Math.ceil(bytes.length / 2)
  for (const [segmentIndex, part] of [bytes.subarray(0, half), bytes.subarray(half)].entries()) {
    await user.media.appendUpload(id, { media: Buffer.from(part).toString('base64'), segmentIndex })
  }
  await user.media.finalizeUpload(id)
  return id
}

async function catchError(call: Promise<unknown>): Promise<ApiError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (error instanceof ApiError) return error
  throw new Error(`expected an ApiError, got ${error}`)
}
