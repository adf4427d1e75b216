import { expect, test } from 'vitest'
import { toLocalMoment } from './local-moment.ts'

test('a moment is the day that begins then in its zone, or a time with its zone', () => {
  const midnight = new Date('2026-11-30T23:00:00Z')
  expect(toLocalMoment(midnight, 'Europe/Paris')).toBe('1 December 2026')
  expect(toLocalMoment(midnight, 'UTC')).toBe('30 November 2026 at 23:00 in UTC')
})
