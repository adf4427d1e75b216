import type { AccountSocialEvent } from '@ofm-social/core'
import { describe, expect, test } from 'vitest'
import { accountId, commentId, mediaId } from './__fixtures__/answers.ts'
import { parseInstagramEvent } from './instagram-event.ts'

function tell(name: string, payload: unknown, { platform = 'instagram', type = 'account.platform_event' } = {}) {
  const event = { type, account: { platform }, details: { name, payload } }
  return parseInstagramEvent(event as unknown as AccountSocialEvent)
}

const comment = {
  id: commentId,
  text: 'nice',
  parent_id: '17870000000000030',
  from: { id: '1234567890123456', username: 'alice' },
  media: { id: mediaId, media_product_type: 'FEED' },
}

describe('a comment', () => {
  const parsed = {
    name: 'comments',
    commentId,
    text: 'nice',
    parentId: '17870000000000030',
    from: { id: '1234567890123456', username: 'alice' },
    media: { id: mediaId, productType: 'FEED' },
  }

  test.each(['instagram', 'instagram_facebook'])('is read of %s', (platform) => {
    expect(tell('comments', comment, { platform })).toEqual(parsed)
  })

  test('on a boosted post names its advertisement, and the media that was boosted', () => {
    const media = { ...comment.media, ad_id: 12, ad_title: 'Spring', original_media_id: '17900000000000020' }
    expect(tell('comments', { ...comment, media })).toEqual({
      ...parsed,
      media: { ...parsed.media, adId: '12', adTitle: 'Spring', originalMediaId: '17900000000000020' },
    })
  })

  test('keeps out what is not known, and what is empty', () => {
    const empty = { id: commentId, text: null, media: { media_product_type: 'FEED', shoe_size: 43 }, mood: 'good' }
    expect(tell('comments', empty)).toEqual({ name: 'comments', commentId, media: { productType: 'FEED' } })
  })
})

test.each([
  [
    { media_id: mediaId, comment_id: commentId },
    { mediaId, commentId },
  ],
  [{ media_id: mediaId }, { mediaId }],
])('a mention is read: %j', (payload, parsed) => {
  expect(tell('mentions', payload)).toEqual({ name: 'mentions', ...parsed })
})

test('insights of a story have the counters that Instagram said, and no zero of ours', () => {
  const payload = { media_id: mediaId, reach: 0, taps_back: 3, exits: null, navigation: 9 }
  const counters = { reach: 0, taps_back: 3 }
  expect(tell('story_insights', payload)).toEqual({ name: 'story_insights', mediaId, counters })
})

describe('a private message', () => {
  const envelope = { sender: { id: '12' }, recipient: { id: accountId }, timestamp: 1_790_000_000_123 }
  const parsed = {
    name: 'messaging',
    senderId: '12',
    recipientId: accountId,
    sentAt: new Date(1_790_000_000_123),
  }

  test('has its text and what is attached', () => {
    const message = { mid: 'm1', text: 'Hi', attachments: [{ type: 'image' }], is_new: true }
    const content = { kind: 'message', messageId: 'm1', text: 'Hi', attachments: [{ type: 'image' }] }
    expect(tell('messaging', { ...envelope, message })).toEqual({ ...parsed, ...content })
  })

  test.each(['read', 'reaction', 'postback'])('that was met by a %s is told as it came', (kind) => {
    const content = { mid: 'm1' }
    expect(tell('messaging', { ...envelope, [kind]: content })).toEqual({ ...parsed, kind, content })
  })
})

test.each([
  ['of another platform', () => tell('comments', comment, { platform: 'x' })],
  ['of another type', () => tell('comments', comment, { type: 'account.connected' })],
  ['of a name without a type', () => tell('data_deletion', { url: 'https://app.example' })],
  ['of a comment without an id', () => tell('comments', { ...comment, id: undefined })],
  ['of a comment whose text is none', () => tell('comments', { ...comment, text: 7 })],
  ['of a mention without media', () => tell('mentions', { comment_id: commentId })],
  ['of a message about nothing', () => tell('messaging', { sender: { id: '1' }, recipient: { id: '2' } })],
  ['of a message from nobody', () => tell('messaging', { message: { mid: 'm1' } })],
  ['without a payload', () => tell('story_insights', undefined)],
])('an event %s is none', (_, parse) => {
  expect(parse()).toBeNull()
})
