import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { extractUrls } from './extract-urls.ts'
import { findCashtags } from './find-cashtags.ts'

interface Conformance {
  readonly urls: readonly { readonly description: string; readonly text: string; readonly urls: readonly string[] }[]
  readonly places: readonly {
    readonly description: string
    readonly text: string
    readonly urls: readonly { readonly url: string; readonly start: number; readonly end: number }[]
  }[]
  readonly cashtags: readonly {
    readonly description: string
    readonly text: string
    readonly cashtags: readonly string[]
  }[]
}

const conformance = JSON.parse(
  readFileSync(new URL('./__fixtures__/twitter-text-conformance.json', import.meta.url), 'utf8'),
) as Conformance

describe("links as X's own library finds them", () => {
  test.each(conformance.urls)('$description', ({ text, urls }) => {
    const found = extractUrls(text)
    expect(found.map(({ url }) => url)).toEqual(urls)
    for (const { url, start, end } of found) expect(text.slice(start, end)).toBe(url)
  })

  test.each(conformance.places)('$description, at its place', ({ text, urls }) => {
    expect(extractUrls(text)).toEqual(urls)
  })

  test('a link of more than 4,096 characters is none', () => {
    expect(extractUrls(`https://example.com/${'a'.repeat(4_100)}`)).toEqual([])
  })

  test('places after other words are those of the whole text', () => {
    expect(extractUrls('one two example.com three https://x.com/a')).toEqual([
      { url: 'example.com', start: 8, end: 19 },
      { url: 'https://x.com/a', start: 26, end: 41 },
    ])
  })
})

describe("cashtags as X's own library finds them", () => {
  test.each(conformance.cashtags)('$description', ({ text, cashtags }) => {
    expect(findCashtags(text)).toEqual(cashtags)
  })
})
