import type { PartRequest } from '@ofm-social/core'
import { sampleAsset } from '@ofm-social/core/testing'
import { expect, test } from 'vitest'
import { checkSettings } from './check-settings.ts'
import type { XFacts } from './facts.ts'
import { createXLimits } from './limits.ts'
import type { XSettings } from './settings.ts'

const jpeg = sampleAsset('jpeg')
const video = sampleAsset('mp4')
const poll = { options: ['Red', 'Blue'], durationMinutes: 1_440 }
const english = { languageCode: 'EN', displayName: 'English', srt: '1\n00:00:00,000 --> 00:00:01,000\nHi\n' }

function check(
  settings: XSettings,
  changes: Partial<PartRequest<XSettings>> = {},
  plan: 'self_serve' | 'enterprise' = 'self_serve',
) {
  const part = { kind: 'post', index: 0, text: 'Which one?', assets: [], rating: 'general', ...changes } as const
  return checkSettings({ ...part, settings }, createXLimits({}), undefined, { plan }).map(
    ({ path, code }) => `${path} ${code}`,
  )
}

test.each<[string, XSettings, Partial<PartRequest<XSettings>>]>([
  ['a poll', { poll }, {}],
  [
    'a poll with the longest answers for the longest time',
    { poll: { options: ['a'.repeat(25), 'b', 'c', '👩‍🎤'.slice(0, 2)], durationMinutes: 10_080 } },
    {},
  ],
  ['tags in a picture', { taggedUserIds: ['1', '2'] }, { assets: [jpeg] }],
  ['subtitles of a video', { subtitles: [english, { ...english, languageCode: 'FR' }] }, { assets: [video] }],
  ['a Community, shown to followers too', { communityId: '1', shareWithFollowers: true }, {}],
  ['an edit, where nothing is known of the account', { editOfPostId: '1' }, {}],
  [
    'a later part of a thread with a poll',
    { poll, taggedUserIds: ['1'] },
    { kind: 'thread', index: 1, assets: [jpeg] },
  ],
])('%s fits', (_, settings, changes) => {
  expect(check(settings, changes)).toEqual([])
})

test.each<[string, XSettings, Partial<PartRequest<XSettings>>, readonly string[]]>([
  ['one answer', { poll: { ...poll, options: ['Red'] } }, {}, ['settings/poll/options too_few']],
  ['five answers', { poll: { ...poll, options: ['1', '2', '3', '4', '5'] } }, {}, ['settings/poll/options too_many']],
  [
    'a long answer and an empty one',
    { poll: { ...poll, options: ['a'.repeat(26), ''] } },
    {},
    ['settings/poll/options/0 too_long', 'settings/poll/options/1 missing'],
  ],
  ['four minutes', { poll: { ...poll, durationMinutes: 4 } }, {}, ['settings/poll/durationMinutes too_short']],
  ['eight days', { poll: { ...poll, durationMinutes: 11_520 } }, {}, ['settings/poll/durationMinutes too_long']],
  ['a poll beside media', { poll }, { assets: [jpeg] }, ['settings/poll exclusive']],
  ['a quote', { quotePostId: '1' }, {}, ['settings/quotePostId not_permitted']],
  ['an edit of a poll', { editOfPostId: '1', poll }, {}, ['settings/editOfPostId exclusive']],
  ['followers without a Community', { shareWithFollowers: true }, {}, ['settings/communityId missing']],
  ['tags without media', { taggedUserIds: ['1'] }, {}, ['settings/taggedUserIds media_missing']],
  [
    'eleven tags',
    { taggedUserIds: Array.from({ length: 11 }, (_, index) => String(index)) },
    { assets: [jpeg] },
    ['settings/taggedUserIds too_many'],
  ],
  ['subtitles of a picture', { subtitles: [english] }, { assets: [jpeg] }, ['settings/subtitles media_missing']],
  [
    'two subtitles in one language, one of them huge',
    { subtitles: [english, { ...english, srt: 'a'.repeat(1_000_001) }] },
    { assets: [video] },
    ['settings/subtitles/1/srt too_large', 'settings/subtitles/1/languageCode duplicate'],
  ],
])('%s is refused', (_, settings, changes, expected) => {
  expect(check(settings, changes)).toEqual(expected)
})

test('a quote fits the plan that allows it, but not beside media', () => {
  expect(check({ quotePostId: '1' }, {}, 'enterprise')).toEqual([])
  expect(check({ quotePostId: '1' }, { assets: [jpeg] }, 'enterprise')).toEqual(['settings/quotePostId exclusive'])
})

test('an account without Premium cannot edit', () => {
  const facts: XFacts = { expiresAt: 1, subscriptionType: 'None', verifiedType: 'none', isProtected: false }
  const part = {
    kind: 'post',
    index: 0,
    text: 'Hi',
    assets: [],
    rating: 'general',
    settings: { editOfPostId: '1' },
  } as const
  const config = { plan: 'self_serve' } as const
  expect(checkSettings(part, createXLimits({}), facts, config)).toMatchObject([{ code: 'not_permitted' }])
  expect(checkSettings(part, createXLimits({}), { ...facts, subscriptionType: 'Premium' }, config)).toEqual([])
})
