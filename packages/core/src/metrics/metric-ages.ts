const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** How old a part is when it is measured: what grows fast is read often. Milliseconds. */
export const METRIC_AGES_MS: readonly number[] = [
  15 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  23 * HOUR_MS,
  72 * HOUR_MS,
  7 * DAY_MS,
  29 * DAY_MS,
]

/** How often what the platform counts for an account is read. */
export const ACCOUNT_METRICS_EVERY_MS = DAY_MS

/** A sample that comes later than this after its age says something else: it stays a gap. */
const toleranceMs = (ageMs: number): number => Math.max(5 * MINUTE_MS, ageMs / 5)

/** The next age to measure, and when; null when the series is over. Ages whose time has passed are gaps. */
export function nextMetricAge(
  publishedAt: number,
  afterMs: number,
  now: number,
): { readonly ageMs: number; readonly dueAt: number } | null {
  const ageMs = METRIC_AGES_MS.find((age) => age > afterMs && now <= publishedAt + age + toleranceMs(age))
  return ageMs === undefined ? null : { ageMs, dueAt: publishedAt + ageMs }
}
