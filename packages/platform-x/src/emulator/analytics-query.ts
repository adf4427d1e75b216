import { isTime, toQueryViolation } from './post-listing.ts'
import type { Violation } from './problems.ts'

const stepMs: Readonly<Record<string, number>> = { hourly: 3_600_000, daily: 86_400_000, weekly: 7 * 86_400_000 }
const stepsMax = 1000

/** What a call for analytics may ask for. */
export interface AnalyticsRules {
  /** `ids` or `media_keys`. */
  readonly parameter: string
  readonly pattern: RegExp
  readonly granularities: readonly string[]
  readonly granularityDefault: string
}

/** A span of time that is counted by itself; moments are epoch milliseconds. */
export interface AnalyticsStep {
  readonly from: number
  readonly to: number
}

/**
 * Everything that is wrong with the query.
 *
 * @param earliest Before it nothing is kept; epoch milliseconds.
 */
export function checkAnalyticsQuery(
  query: URLSearchParams,
  rules: AnalyticsRules,
  earliest: number,
): readonly Violation[] {
  const violations: Violation[] = []
  const refuse = (name: string, problem: string) =>
    void violations.push(toQueryViolation(name, query.get(name), problem))
  const values = (query.get(rules.parameter) ?? '').split(',')
  if (values.length > 100 || values.some((value) => !rules.pattern.test(value))) {
    refuse(rules.parameter, 'is not a list of 1 to 100')
  }
  for (const name of ['start_time', 'end_time']) {
    if (!isTime(query.get(name) ?? '')) refuse(name, 'is not a RFC3339 date-time')
  }
  const granularity = query.get('granularity') ?? rules.granularityDefault
  if (!rules.granularities.includes(granularity))
    refuse('granularity', `is not one of [${rules.granularities.join(',')}]`)
  if (violations.length > 0) return violations
  const spanMs = Date.parse(query.get('end_time') ?? '') - Date.parse(query.get('start_time') ?? '')
  if (Date.parse(query.get('start_time') ?? '') < earliest) refuse('start_time', 'is before the history that is kept')
  if (spanMs <= 0) refuse('end_time', 'must be after start_time')
  else if (spanMs / (stepMs[granularity] ?? spanMs) > stepsMax) refuse('start_time', 'is too long ago')
  return violations
}

/** The spans of a checked query, oldest first. */
export function listAnalyticsSteps(
  query: URLSearchParams,
  { granularityDefault }: AnalyticsRules,
): readonly AnalyticsStep[] {
  const start = Date.parse(query.get('start_time') ?? '')
  const end = Date.parse(query.get('end_time') ?? '')
  const length = stepMs[query.get('granularity') ?? granularityDefault] ?? end - start
  return Array.from({ length: Math.ceil((end - start) / length) }, (_, index) => {
    const from = start + index * length
    return { from, to: Math.min(end, from + length) }
  })
}
