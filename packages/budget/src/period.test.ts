import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { BudgetPeriod } from './budget.ts'
import { periodAt, toPeriodRule } from './period.ts'

const createdAt = Date.parse('2026-01-15T00:00:00Z')

function at(now: string, period: BudgetPeriod, timeZone = 'UTC', lastEndsAt: string | null = null) {
  const bounds = periodAt(
    {
      rule: toPeriodRule(period),
      timeZone,
      createdAt,
      lastEndsAt: lastEndsAt === null ? null : Date.parse(lastEndsAt),
      superseded: true,
    },
    Date.parse(now),
  )
  const toText = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z')
  return `${toText(bounds.startsAt)} ${bounds.endsAt === null ? 'no end' : toText(bounds.endsAt)}`
}

describe('a calendar period', () => {
  test('begins at midnight of its zone', () => {
    expect(at('2026-11-26T12:00:00Z', 'day', 'Europe/Paris')).toBe('2026-11-25T23:00Z 2026-11-26T23:00Z')
    expect(at('2026-11-26T12:00:00Z', 'month', 'Europe/Paris')).toBe('2026-10-31T23:00Z 2026-11-30T23:00Z')
    expect(at('2026-11-26T12:00:00Z', 'quarter', 'America/New_York')).toBe('2026-10-01T04:00Z 2027-01-01T05:00Z')
    expect(at('2026-11-26T12:00:00Z', 'year', 'Asia/Kolkata')).toBe('2025-12-31T18:30Z 2026-12-31T18:30Z')
  })

  test('is half-open: its end is the start of the next', () => {
    expect(at('2026-11-30T22:59:59.999Z', 'month', 'Europe/Paris')).toBe('2026-10-31T23:00Z 2026-11-30T23:00Z')
    expect(at('2026-11-30T23:00:00Z', 'month', 'Europe/Paris')).toBe('2026-11-30T23:00Z 2026-12-31T23:00Z')
  })

  test('has weeks that begin on Monday, or on the day that was set', () => {
    expect(at('2026-11-26T12:00:00Z', 'week')).toBe('2026-11-23T00:00Z 2026-11-30T00:00Z')
    expect(at('2026-11-23T00:00:00Z', 'week')).toBe('2026-11-23T00:00Z 2026-11-30T00:00Z')
    expect(at('2026-11-26T12:00:00Z', { every: 'week', anchorDay: 7 })).toBe('2026-11-22T00:00Z 2026-11-29T00:00Z')
  })

  test('anchored at the 31st begins on the last day of short months, and on the 31st again', () => {
    const month: BudgetPeriod = { every: 'month', anchorDay: 31 }
    expect(at('2026-02-10T00:00:00Z', month)).toBe('2026-01-31T00:00Z 2026-02-28T00:00Z')
    expect(at('2026-02-28T00:00:00Z', month)).toBe('2026-02-28T00:00Z 2026-03-31T00:00Z')
    expect(at('2028-02-29T00:00:00Z', month)).toBe('2028-02-29T00:00Z 2028-03-31T00:00Z')
    expect(at('2026-05-01T00:00:00Z', month)).toBe('2026-04-30T00:00Z 2026-05-31T00:00Z')
  })

  test('has days of 23 and 25 hours, and of 24 and a half', () => {
    expect(at('2026-03-29T12:00:00Z', 'day', 'Europe/Paris')).toBe('2026-03-28T23:00Z 2026-03-29T22:00Z')
    expect(at('2026-10-25T12:00:00Z', 'day', 'Europe/Paris')).toBe('2026-10-24T22:00Z 2026-10-25T23:00Z')
    expect(at('2026-04-05T01:00:00Z', 'day', 'Australia/Lord_Howe')).toBe('2026-04-04T13:00Z 2026-04-05T13:30Z')
  })

  test('begins after midnight where clocks go forward at 00:00', () => {
    expect(at('2026-09-06T12:00:00Z', 'day', 'America/Santiago')).toBe('2026-09-06T04:00Z 2026-09-07T03:00Z')
    expect(at('2026-04-24T12:00:00Z', 'day', 'Africa/Cairo')).toBe('2026-04-23T22:00Z 2026-04-24T21:00Z')
  })

  test('begins at the first midnight where there are two', () => {
    expect(at('2026-11-01T12:00:00Z', 'day', 'America/Havana')).toBe('2026-11-01T04:00Z 2026-11-02T05:00Z')
    // Clocks went from 00:01 back to 23:01: the old date came back for 59 minutes.
    expect(at('2010-11-07T03:00:00Z', 'day', 'America/St_Johns')).toBe('2010-11-07T02:30Z 2010-11-08T03:30Z')
  })

  test('passes over a day that never was', () => {
    expect(at('2011-12-30T12:00:00Z', 'day', 'Pacific/Apia')).toBe('2011-12-30T10:00Z 2011-12-31T10:00Z')
  })

  test('covers each moment once, in any zone', () => {
    const zones = fc.constantFrom(
      'Europe/Paris',
      'America/Santiago',
      'Africa/Cairo',
      'Asia/Beirut',
      'Pacific/Apia',
      'UTC',
    )
    const rules = fc.constantFrom<BudgetPeriod>('day', 'week', 'month', 'quarter', 'year', {
      every: 'month',
      anchorDay: 30,
    })
    const moments = fc.integer({ min: Date.parse('2000-01-01'), max: Date.parse('2040-01-01') })
    fc.assert(
      fc.property(zones, rules, moments, (timeZone, period, now) => {
        const history = { rule: toPeriodRule(period), timeZone, createdAt, lastEndsAt: null, superseded: false }
        const bounds = periodAt(history, now)
        if (bounds.endsAt === null) return false
        const { startsAt, endsAt } = bounds
        const next = periodAt(history, endsAt)
        const last = periodAt(history, endsAt - 1)
        return startsAt <= now && now < endsAt && next.startsAt === endsAt && last.startsAt === startsAt
      }),
      { numRuns: 300 },
    )
  })
})

describe('other periods', () => {
  test('of a fixed length count from their anchor, also before it', () => {
    const fixed: BudgetPeriod = { everySeconds: 3_600, from: new Date('2026-01-01T00:30:00Z') }
    expect(at('2026-01-01T02:00:00Z', fixed)).toBe('2026-01-01T01:30Z 2026-01-01T02:30Z')
    expect(at('2025-12-31T23:00:00Z', fixed)).toBe('2025-12-31T22:30Z 2025-12-31T23:30Z')
  })

  test('of a campaign are its days, whenever one asks', () => {
    const campaign: BudgetPeriod = { from: new Date('2026-02-01'), to: new Date('2026-02-08') }
    expect(at('2026-02-07T23:59:59Z', campaign)).toBe('2026-02-01T00:00Z 2026-02-08T00:00Z')
    expect(at('2026-02-08T00:00:00Z', campaign)).toBe('2026-02-01T00:00Z 2026-02-08T00:00Z')
  })

  test('of a campaign that was over before it was set are empty', () => {
    const campaign: BudgetPeriod = { from: new Date('2026-02-01'), to: new Date('2026-02-08') }
    expect(at('2026-02-20T00:00:00Z', campaign, 'UTC', '2026-02-08T00:00:00Z')).toBe(
      '2026-02-08T00:00Z 2026-02-08T00:00Z',
    )
    expect(at('2026-02-20T00:00:00Z', campaign, 'UTC', '2026-02-10T00:00:00Z')).toBe(
      '2026-02-10T00:00Z 2026-02-10T00:00Z',
    )
  })

  test('that happen once have no end', () => {
    expect(at('2030-01-01T00:00:00Z', 'once')).toBe('2026-01-15T00:00Z no end')
  })

  test('begin where the one before ended, when the rule or the zone was changed', () => {
    expect(at('2026-11-26T12:00:00Z', 'month', 'UTC', '2026-11-20T10:00:00Z')).toBe(
      '2026-11-20T10:00Z 2026-12-01T00:00Z',
    )
    expect(at('2026-11-26T12:00:00Z', 'once', 'UTC', '2026-11-20T10:00:00Z')).toBe('2026-11-20T10:00Z no end')
    expect(at('2026-11-26T12:00:00Z', 'month', 'UTC', '2026-10-31T23:00:00Z')).toBe(
      '2026-11-01T00:00Z 2026-12-01T00:00Z',
    )
  })

  test.each([
    ['a month', 'month', 'America/New_York', '2026-12-01T04:59:59Z', '2026-11-30T23:00:00Z', '2027-01-01T05:00:00Z'],
    ['a month', 'month', 'Asia/Tokyo', '2026-12-01T05:00:00Z', '2026-11-30T23:00:00Z', '2026-12-31T15:00:00Z'],
    ['a day', 'day', 'America/New_York', '2026-11-27T04:00:00Z', '2026-11-26T23:00:00Z', '2026-11-28T05:00:00Z'],
  ] as const)(
    'of %s have no limit of their own for the hours that a new zone leaves',
    (_, period, timeZone, ...moments) => {
      const [now, lastEndsAt, endsAt] = moments.map((text) => Date.parse(text))
      const history = {
        rule: toPeriodRule(period),
        timeZone,
        createdAt,
        lastEndsAt: lastEndsAt ?? 0,
        superseded: false,
      }
      for (const moment of [lastEndsAt ?? 0, now ?? 0])
        expect(periodAt(history, moment)).toEqual({ startsAt: lastEndsAt, endsAt })
    },
  )
})
