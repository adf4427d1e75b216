import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { countText } from './count-text.ts'

interface Conformance {
  readonly weights: readonly { readonly description: string; readonly text: string; readonly weightedLength: number }[]
}

const conformance = JSON.parse(
  readFileSync(new URL('./__fixtures__/twitter-text-conformance.json', import.meta.url), 'utf8'),
) as Conformance

const family = '\u{1F468}\u200D\u{1F469}\u200D\u{1F467}\u200D\u{1F466}'

describe("counting as X's own library does", () => {
  test.each(conformance.weights)('$description', ({ text, weightedLength }) => {
    expect(countText(text).weightedLength).toBe(weightedLength)
  })
})

describe('what counts how much', () => {
  test.each([
    ['nothing', '', 0],
    ['plain letters', 'Good morning', 12],
    ['a line break counts one', 'a\nb', 3],
    ['a letter and its accent apart are one', 'A\u0301B', 2],
    ['Cyrillic letters count one', 'Привет', 6],
    ['Chinese characters count two', '故人西辞', 8],
    ['Korean syllables count two', '한국', 4],
    ['typographic quotes count one', '‘a’ “b”', 7],
    ['a trade mark counts two, a copyright sign one', '™©', 3],
    ['a copyright sign drawn as emoji counts two', '©\uFE0F', 2],
    ['a link with protocol', 'http://test.co', 23],
    ['a long link counts the same', `https://example.com/${'a'.repeat(300)}`, 23],
    ['a link without protocol', 'example.com', 23],
    ['a link with a country and a path', 'see foo.co.jp/path now', 31],
    ['two links', 'example.com and https://example.org', 51],
    ['a link before a full stop', 'Look at example.com.', 32],
    ['a link among Chinese characters', '看example.com吧', 27],
    ['an unknown ending is no link', 'notes.txt', 9],
    ['a number is no link', 'version 2.10', 12],
    ['a mail address is no link', 'me@example.com', 14],
    ['a mention with a dot is no link', '@example.com', 12],
    ['a label of 64 characters is no link', `${'a'.repeat(64)}.com`, 68],
    ['an emoji', '😷', 2],
    ['a heart with its variation selector', '❤\uFE0F', 2],
    ['a heart without it', '❤', 2],
    ['a heart that is to be drawn as text', '❤\uFE0E', 4],
    ['a hand with a skin tone', '🙋🏽', 2],
    ['a singer', '👨‍🎤', 2],
    ['a family', family, 2],
    ['a rainbow flag without variation selector', '🏳\u200D🌈', 2],
    ['two flags of countries', '🇫🇷🇩🇪', 4],
    ['half a flag', '🇫', 2],
    ['the flag of Scotland', '🏴\u{E0067}\u{E0062}\u{E0073}\u{E0063}\u{E0074}\u{E007F}', 2],
    ['a keycap', '1\u20E3', 2],
    ['a keycap with variation selector', '1\uFE0F\u20E3', 2],
    ['a digit is no emoji', '1', 1],
    ['emoji that are joined and do not exist together', '😀\u200D😀', 5],
    ['an emoji right before a link', '🔥example.com', 25],
    ['all of it together', `H${family} 看 example.com`, 1 + 2 + 1 + 2 + 1 + 23],
    ['140 families fill a post', family.repeat(140), 280],
  ])('%s', (_, text, weight) => {
    expect(countText(text).weightedLength).toBe(weight)
  })

  test('names the code points that X refuses', () => {
    expect(countText('a\uFEFFb\uFFFE').invalidCharacters).toEqual(['U+FEFF', 'U+FFFE'])
    expect(countText('a b').invalidCharacters).toEqual([])
  })

  test('a text of a hundred thousand characters with one dot is counted by its length', () => {
    expect(countText(`${'看'.repeat(100_000)}.com`).weightedLength).toBe(200_004)
  })
})
