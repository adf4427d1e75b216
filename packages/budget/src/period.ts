import type { BudgetPeriod, CalendarPeriod } from './budget.ts'
import { toWindowMs } from './rolling-window.ts'
import { createZoneOffset, firstInstantOf, type ZoneOffset } from './zone.ts'

/** Half-open, `[startsAt, endsAt)`, in epoch milliseconds. */
export interface PeriodBounds {
  readonly startsAt: number
  /** Null: no end. */
  readonly endsAt: number | null
}

/** A period rule as it is stored. */
export type PeriodRule =
  | { readonly kind: 'calendar'; readonly every: CalendarPeriod; readonly anchorDay: number }
  | { readonly kind: 'fixed'; readonly everySeconds: number; readonly from: number }
  | { readonly kind: 'range'; readonly from: number; readonly to: number }
  | { readonly kind: 'rolling'; readonly windowMs: number }
  | { readonly kind: 'once' }

/** What was begun before, and by which rule a period begins. */
export interface PeriodHistory {
  readonly rule: PeriodRule
  readonly timeZone: string
  readonly createdAt: number
  /** End of the latest period; null when there was none, or when it has no end. */
  readonly lastEndsAt: number | null
  /** The rule by which that period began was changed. */
  readonly superseded: boolean
}

const DAY_MS = 86_400_000

export function toPeriodRule(period: BudgetPeriod): PeriodRule {
  if (period === 'once') return { kind: 'once' }
  if (typeof period === 'string') return { kind: 'calendar', every: period, anchorDay: 1 }
  if ('rollingHours' in period) return { kind: 'rolling', windowMs: toWindowMs(period.rollingHours) }
  if ('every' in period) return { kind: 'calendar', every: period.every, anchorDay: period.anchorDay }
  if ('to' in period) return { kind: 'range', from: period.from.getTime(), to: period.to.getTime() }
  return { kind: 'fixed', everySeconds: period.everySeconds, from: period.from.getTime() }
}

/**
 * The period that holds a moment. It begins where the one before did end, also when a rule or a zone was changed. The few hours that a new zone may leave
 * belong to the period after them: they would have a limit of their own. A campaign has one period, at any moment: an empty one when it was over before it
 * was set.
 */
export function periodAt(history: PeriodHistory, now: number): PeriodBounds {
  const { startsAt, endsAt } = boundsAt(history, now)
  const { lastEndsAt, superseded } = history
  if (lastEndsAt === null || lastEndsAt <= startsAt || lastEndsAt > now) return { startsAt, endsAt }
  if (endsAt === null) return { startsAt: lastEndsAt, endsAt }
  const isRemnant = !superseded && endsAt - lastEndsAt < (endsAt - startsAt) / 2
  return { startsAt: lastEndsAt, endsAt: isRemnant ? boundsAt(history, endsAt).endsAt : Math.max(lastEndsAt, endsAt) }
}

/** Whether a period that has ended is followed by another. A campaign has only its own, but comes after one that began by another rule. */
export function isFollowed(rule: PeriodRule, { superseded }: { readonly superseded: boolean }): boolean {
  return rule.kind !== 'range' || superseded
}

function boundsAt({ rule, timeZone, createdAt }: PeriodHistory, now: number): PeriodBounds {
  switch (rule.kind) {
    case 'once':
    case 'rolling':
      return { startsAt: createdAt, endsAt: null }
    case 'range':
      return { startsAt: rule.from, endsAt: rule.to }
    case 'fixed': {
      const lengthMs = rule.everySeconds * 1000
      const startsAt = rule.from + Math.floor((now - rule.from) / lengthMs) * lengthMs
      return { startsAt, endsAt: startsAt + lengthMs }
    }
    case 'calendar':
      return calendarBoundsAt(rule, createZoneOffset(timeZone) ?? (() => 0), now)
  }
}

type CalendarRule = Extract<PeriodRule, { kind: 'calendar' }>

/** Arithmetic on local dates, then instants: a local day has 23, 24 or 25 hours. */
function calendarBoundsAt(rule: CalendarRule, offset: ZoneOffset, now: number): PeriodBounds {
  const today = Math.floor((now + offset(now)) / DAY_MS) * DAY_MS
  // Where midnight exists twice the local date goes back for an hour; the instants decide.
  for (let index = indexOf(rule, today) - 1; ; index += 1) {
    const endsAt = firstInstantOf(dateOf(rule, index + 1), offset)
    if (now < endsAt) return { startsAt: firstInstantOf(dateOf(rule, index), offset), endsAt }
  }
}

const monthsOf = { month: 1, quarter: 3, year: 12 } as const

/** Which period a date falls in, counted from 1970. */
function indexOf(rule: CalendarRule, date: number): number {
  const { every, anchorDay } = rule
  if (every === 'day') return date / DAY_MS
  // 1 January 1970 was a Thursday: three days after a Monday.
  if (every === 'week') return Math.floor((date / DAY_MS + 4 - anchorDay) / 7)
  const day = new Date(date)
  const index = Math.floor((day.getUTCFullYear() * 12 + day.getUTCMonth()) / monthsOf[every])
  return date < dateOf(rule, index) ? index - 1 : index
}

/** The date on which a period begins, as midnight in UTC. */
function dateOf({ every, anchorDay }: CalendarRule, index: number): number {
  if (every === 'day') return index * DAY_MS
  if (every === 'week') return (index * 7 - 4 + anchorDay) * DAY_MS
  // Date.UTC takes the years 0 to 99 for those of the last century.
  const month = index * monthsOf[every] - 2000 * 12
  const lastDay = new Date(Date.UTC(2000, month + 1, 0)).getUTCDate()
  return Date.UTC(2000, month, 1) + (Math.min(anchorDay, lastDay) - 1) * DAY_MS
}
