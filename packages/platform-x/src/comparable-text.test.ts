import { describe, expect, test } from 'vitest'
import type { XListedPost } from './api.ts'
import { toComparableListedText, toComparableText } from './comparable-text.ts'

const short = (slug: string) => `https://t.co/${slug}`

function isSame(sent: string, listed: Partial<XListedPost>, place: 'post' | 'reply' = 'post') {
  const post = { id: '1', text: '', created_at: '2026-12-01T12:00:00.000Z', ...listed }
  return toComparableListedText(post, { place }) === toComparableText(sent, { place })
}

const urls = (...entries: [string, string, string?][]) => ({
  urls: entries.map(([slug, expanded, mediaKey]) => ({
    url: short(slug),
    expanded_url: expanded,
    media_key: mediaKey,
  })),
})

describe('a text that was sent and the same in a listing', () => {
  test.each<[string, string, Partial<XListedPost>]>([
    ['as it is', 'First light', { text: 'First light' }],
    ['escaped', 'a < b && c > d', { text: 'a &lt; b &amp;&amp; c &gt; d' }],
    ['with an escape that was written as such', 'write &lt; for <', { text: 'write &amp;lt; for &lt;' }],
    ['composed otherwise', 'A\u0301', { text: 'Á' }],
    ['with other white space', ' a\n\nb  c ', { text: 'a b c' }],
    [
      'with a link',
      'see https://example.com/a?b=1&c=2',
      { text: `see ${short('a1')}`, entities: urls(['a1', 'https://example.com/a?b=1&c=2']) },
    ],
    [
      'with a link without protocol',
      'see example.com',
      { text: `see ${short('a1')}`, entities: urls(['a1', 'http://example.com']) },
    ],
    [
      'with a link that X wrote with a slash',
      'https://example.com',
      { text: short('a1'), entities: urls(['a1', 'https://example.com/']) },
    ],
    [
      'with a host in capitals',
      'Example.COM/Path',
      { text: short('a1'), entities: urls(['a1', 'http://example.com/Path']) },
    ],
    [
      'with the same link twice',
      'example.com example.com',
      {
        text: `${short('a1')} ${short('a2')}`,
        entities: urls(['a1', 'http://example.com'], ['a2', 'http://example.com']),
      },
    ],
    [
      'with media',
      'First light',
      {
        text: `First light ${short('m1')}`,
        entities: urls(['m1', 'https://x.com/a/status/1/photo/1', '3_1']),
        attachments: { media_keys: ['3_1'] },
      },
    ],
    [
      'with media that no entity names',
      'First light',
      { text: `First light ${short('m1')}`, attachments: { media_keys: ['3_1'] } },
    ],
    [
      'with media alone',
      '',
      {
        text: short('m1'),
        entities: urls(['m1', 'https://x.com/a/status/1/photo/1', '3_1']),
        attachments: { media_keys: ['3_1'] },
      },
    ],
    ['long', 'a'.repeat(400), { text: `${'a'.repeat(279)}…`, note_tweet: { text: 'a'.repeat(400) } }],
    ['long, in the new words', 'a'.repeat(400), { text: `${'a'.repeat(279)}…`, note_post: { text: 'a'.repeat(400) } }],
    [
      'long with a link',
      `${'a'.repeat(400)} example.com`,
      {
        text: 'a…',
        note_tweet: { text: `${'a'.repeat(400)} ${short('a1')}`, entities: urls(['a1', 'http://example.com']) },
      },
    ],
  ])('are equal %s', (_, sent, listed) => {
    expect(isSame(sent, listed)).toBe(true)
  })

  test.each<[string, string, Partial<XListedPost>]>([
    ['when it was edited', 'First light', { text: 'First light!' }],
    ['in other letters', 'First light', { text: 'first light' }],
    [
      'with another link',
      'see example.com/a',
      { text: `see ${short('a1')}`, entities: urls(['a1', 'http://example.com/b']) },
    ],
    ['with a link more', 'see', { text: `see ${short('a1')}`, entities: urls(['a1', 'http://example.com']) }],
    ['with a short link that nothing explains', 'see', { text: `see ${short('a1')}` }],
    ['when the listing cut it', 'a'.repeat(400), { text: `${'a'.repeat(279)}…` }],
    ['when a post begins with a mention', 'hello', { text: '@ada hello' }],
  ])('differ %s', (_, sent, listed) => {
    expect(isSame(sent, listed)).toBe(false)
  })

  test('mentions that X puts before a reply do not count', () => {
    expect(isSame('thank you', { text: '@ada @grace_h thank you' }, 'reply')).toBe(true)
    expect(isSame('@ada thank you', { text: '@ada thank you' }, 'reply')).toBe(true)
    expect(isSame('thank you', { text: 'thank you @ada' }, 'reply')).toBe(false)
  })
})
