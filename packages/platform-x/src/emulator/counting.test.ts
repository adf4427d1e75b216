import { describe, expect, test } from 'vitest'
import { findUrls, weighText } from './counting.ts'

describe('weights of twitter-text', () => {
  test.each([
    ['http://test.co', 23],
    ['Hi http://test.co', 26],
    ['A\u0301B', 2],
    ['😀😀😀😀😀', 10],
    ['🙋🏽👨‍🎤', 4],
    ['H🐱☺👨‍👩‍👧‍👦', 7],
    ['1\u20e3', 2],
    ['👨‍👩‍👧‍👦'.repeat(140), 280],
    ['故'.repeat(160), 320],
    [`${'a'.repeat(64)}.com`, 68],
    ['a\nb', 3],
    ['', 0],
  ])('%s weighs %i', (text, weight) => expect(weighText(text)).toBe(weight))
})

test('finds URLs where people mean them', () => {
  const urls = (text: string) => findUrls(text).map(({ url }) => url)
  expect(urls('see example.com, foo.co.jp/path. (https://x.com/a_(b)) and HTTP://A.DE/?q=1!')).toEqual([
    'example.com',
    'foo.co.jp/path',
    'https://x.com/a_(b)',
    'HTTP://A.DE/?q=1',
  ])
  expect(urls('me@example.com file.unknowntld 1.5 $x.com @x.com a..b')).toEqual([])
})
