import type { PreparedPart } from '@ofm-social/core'
import { expect, test } from 'vitest'
import type { XSettings } from './settings.ts'
import { toCreatePost } from './to-request.ts'
import type { XUploads } from './upload.ts'

function part(changes: Partial<PreparedPart<XSettings, XUploads>> = {}): PreparedPart<XSettings, XUploads> {
  const nothing = { assets: [], settings: {}, rating: 'general', uploads: { mediaIds: [] } } as const
  return { kind: 'post', index: 0, text: 'First light', ...nothing, ...changes }
}

test('a text is a text', () => {
  expect(toCreatePost(part())).toEqual({ text: 'First light' })
})

test('media keep their order, as strings', () => {
  const uploads = { mediaIds: ['1880028106020515841', '1880028106020515840'], readyAt: 1 }
  expect(toCreatePost(part({ uploads }))).toEqual({
    text: 'First light',
    media: { media_ids: ['1880028106020515841', '1880028106020515840'] },
  })
})

test('media may go without text', () => {
  expect(toCreatePost(part({ text: '', uploads: { mediaIds: ['1'] } }))).toEqual({ media: { media_ids: ['1'] } })
})

test.each(['thread', 'comment'] as const)('a %s replies to the part before it', (kind) => {
  const parent = { externalId: '2080761390344937796' }
  expect(toCreatePost(part({ kind, index: 1, parent, settings: { replySettings: 'following' } }))).toEqual({
    text: 'First light',
    reply: { in_reply_to_tweet_id: '2080761390344937796' },
  })
})

test.each(['thread', 'comment'] as const)('a %s is never sent as a post of its own', (kind) => {
  expect(() => toCreatePost(part({ kind, index: 1 }))).toThrow(`A ${kind} needs the id of the post before it.`)
})

test('who may reply is said with the first post, in words of X', () => {
  expect(toCreatePost(part({ settings: { replySettings: 'mentionedUsers' } }))).toEqual({
    text: 'First light',
    reply_settings: 'mentionedUsers',
  })
})

test('labels are sent when they are true, the one about media only with media', () => {
  const settings = { madeWithAi: true, paidPartnership: true }
  expect(toCreatePost(part({ settings }))).toEqual({ text: 'First light', paid_partnership: true })
  expect(toCreatePost(part({ settings, uploads: { mediaIds: ['1'] } }))).toMatchObject({ made_with_ai: true })
  expect(toCreatePost(part({ settings: { madeWithAi: false, paidPartnership: false } }))).toEqual({
    text: 'First light',
  })
})

test('what belongs to the conversation goes with the first post, in words of X', () => {
  const settings: XSettings = {
    poll: { options: ['Red', 'Blue'], durationMinutes: 60 },
    communityId: '1',
    shareWithFollowers: true,
    subscribersOnly: true,
    placeId: 'df51dec6f4ee2b2c',
    editOfPostId: '3',
  }
  expect(toCreatePost(part({ settings }))).toEqual({
    text: 'First light',
    poll: { options: ['Red', 'Blue'], duration_minutes: 60 },
    community_id: '1',
    share_with_followers: true,
    for_super_followers_only: true,
    geo: { place_id: 'df51dec6f4ee2b2c' },
    edit_options: { previous_post_id: '3' },
  })
  const parent = { externalId: '2080761390344937796' }
  expect(toCreatePost(part({ kind: 'thread', index: 1, parent, settings }))).toEqual({
    text: 'First light',
    reply: { in_reply_to_tweet_id: '2080761390344937796' },
  })
})

test('a post may quote, or answer to one that the settings name', () => {
  expect(toCreatePost(part({ settings: { quotePostId: '2' } }))).toMatchObject({ quote_tweet_id: '2' })
  expect(toCreatePost(part({ settings: { replyToPostId: '4' } }))).toMatchObject({
    reply: { in_reply_to_tweet_id: '4' },
  })
})

test('tags hang on media', () => {
  const settings = { taggedUserIds: ['7'] }
  expect(toCreatePost(part({ settings, uploads: { mediaIds: ['1'] } }))).toMatchObject({
    media: { media_ids: ['1'], tagged_user_ids: ['7'] },
  })
  expect(toCreatePost(part({ settings }))).toEqual({ text: 'First light' })
})
