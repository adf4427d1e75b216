import { expect, test } from 'vitest'
import { toStorableJson, toStorableText } from './storable-text.ts'

test.each([
  ['NUL', 'a\0b', 'a\ufffdb'],
  ['the first half of an emoji', 'cut 😀'.slice(0, -1), 'cut \ufffd'],
  ['the second half of an emoji', '😀'.slice(1), '\ufffd'],
  ['a whole emoji', '😀', '😀'],
  ['an escape that is only spelled out', '\\u0000 \\\\ud83d', '\\u0000 \\\\ud83d'],
  ['other escapes', 'line\nquote" \u0001', 'line\nquote" \u0001'],
])('%s in JSON', (_, given, stored) => {
  expect(JSON.parse(toStorableJson({ [given]: [given] }))).toEqual({ [stored]: [stored] })
})

test('NUL in a text', () => {
  expect(toStorableText('a\0b')).toBe('a\ufffdb')
})
