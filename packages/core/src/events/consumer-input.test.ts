import { expect, test } from 'vitest'
import { parseConsumer } from './consumer-input.ts'

test.each(['*', 'publication.*', 'account.*', 'budget.*', 'publication.part_published', 'account.reconnect'])(
  'takes %s',
  (pattern) => {
    expect(parseConsumer({ pattern })).toEqual({ pattern, name: 'app' })
  },
)

test.each(['', 'publication', 'publication.', 'post.*', 'publication.*.x', '*.published', 'Publication.*', 7])(
  'refuses %s: it would never match',
  (pattern) => {
    expect(() => parseConsumer({ pattern })).toThrow(
      expect.objectContaining({ code: 'invalid_input', problems: [expect.objectContaining({ path: 'pattern' })] }),
    )
  },
)

test('names both problems at once', () => {
  expect(() => parseConsumer({ pattern: 'x', name: '' })).toThrow(
    expect.objectContaining({
      problems: [expect.objectContaining({ path: 'pattern' }), expect.objectContaining({ path: 'name' })],
    }),
  )
})
