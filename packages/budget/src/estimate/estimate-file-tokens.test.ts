import { expect, test } from 'vitest'
import { estimateFileTokens } from './estimate-file-tokens.ts'

test('a picture has a bound whatever its size; what the provider loads itself has none', () => {
  expect(estimateFileTokens('image/png', null)).toEqual({ meter: 'input', tokens: 5_000 })
  expect(estimateFileTokens('application/pdf', null)).toBeNull()
})

test('sound and video count by their size', () => {
  expect(estimateFileTokens('audio/mpeg', 6_000)).toEqual({ meter: 'input_audio', tokens: 100 })
  expect(estimateFileTokens('video/mp4', 10_000)).toEqual({ meter: 'input_video', tokens: 100 })
  expect(estimateFileTokens('text/csv', 10)).toEqual({ meter: 'input', tokens: 10 })
})
