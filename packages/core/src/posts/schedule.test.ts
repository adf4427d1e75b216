import { describe, expect, test } from 'vitest'
import { parseSchedule } from './schedule.ts'

const toIso = (at: string): string | undefined => {
  const { schedule } = parseSchedule(at)
  return schedule && new Date(schedule.at).toISOString()
}

describe('when a post is due', () => {
  test.each([
    ['2026-12-24T18:00[Europe/Paris]', '2026-12-24T17:00:00.000Z'],
    ['2026-07-14T09:30:15[America/New_York]', '2026-07-14T13:30:15.000Z'],
    ['2026-12-24T17:00:00Z', '2026-12-24T17:00:00.000Z'],
    ['2026-12-24T17:00:00+01:00', '2026-12-24T16:00:00.000Z'],
    ['2026-01-01T00:00[Asia/Kathmandu]', '2025-12-31T18:15:00.000Z'],
  ])('reads %s', (at, iso) => {
    expect(toIso(at)).toBe(iso)
  })

  test.each([
    ['2026-03-29T02:30[Europe/Paris]', '2026-03-29T01:00:00.000Z'],
    ['2026-03-08T02:00[America/New_York]', '2026-03-08T07:00:00.000Z'],
    ['2026-10-04T02:15[Australia/Lord_Howe]', '2026-10-03T15:30:00.000Z'],
    ['2011-12-30T12:00[Pacific/Apia]', '2011-12-30T10:00:00.000Z'],
  ])('takes the first instant after the gap for %s', (at, iso) => {
    expect(toIso(at)).toBe(iso)
  })

  test.each([
    ['2026-10-25T02:30[Europe/Paris]', '2026-10-25T00:30:00.000Z'],
    ['2026-11-01T01:30[America/New_York]', '2026-11-01T05:30:00.000Z'],
    ['2026-04-05T01:45[Australia/Lord_Howe]', '2026-04-04T14:45:00.000Z'],
  ])('takes the first occurrence in the overlap for %s', (at, iso) => {
    expect(toIso(at)).toBe(iso)
  })

  test.each([
    '2026-02-30T10:00[Europe/Paris]',
    '2026-12-24T25:00[Europe/Paris]',
    '2026-12-24T18:00[Mars/Olympus]',
    '2026-12-24T18:00',
    'tomorrow',
    '',
  ])('refuses %s with a sentence', (at) => {
    expect(parseSchedule(at).problem).toMatch(/^at .*\.$/)
  })
})
