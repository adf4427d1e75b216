import { expect, test } from 'vitest'
import { findMentions } from './find-mentions.ts'

// Samples in the manner of https://github.com/twitter/twitter-text/blob/master/conformance/extract.yml.
test.each([
  ['@ada hello', ['ada']],
  ['hello @ada.', ['ada']],
  ['(@ada and @Bea_1)', ['ada', 'Bea_1']],
  ['の@ada', ['ada']],
  ['＠ada', ['ada']],
  ['@ada/list', ['ada']],
  ['ada@example.com', []],
  ['@ada@example', []],
  ['@adaé', []],
  ['!@ada', []],
  ['@abcdefghijklmnopqrstu', []],
  ['http://@ada', ['ada']],
  ['@', []],
])('%s mentions %j', (text, names) => {
  expect(findMentions(text)).toEqual(names)
})
