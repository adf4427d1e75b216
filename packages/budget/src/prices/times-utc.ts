/** Times of a week at which a price holds. */
export interface TimesUtc {
  /** 1 is Monday. */
  readonly weekdays: readonly number[]
  /** Minutes of the day; the end is outside. */
  readonly spans: readonly { readonly fromMinute: number; readonly toMinute: number }[]
}

/** Null: not such times. */
export function parseTimesUtc(weekdays: readonly number[], hours: readonly string[]): TimesUtc | null {
  const spans = hours.map(parseSpan)
  const good =
    weekdays.length > 0 &&
    weekdays.every((day) => Number.isInteger(day) && day >= 1 && day <= 7) &&
    spans.length > 0 &&
    spans.every((span) => span !== null)
  return good ? { weekdays, spans: spans.filter((span) => span !== null) } : null
}

export function isWithin({ weekdays, spans }: TimesUtc, at: Date): boolean {
  const minute = at.getUTCHours() * 60 + at.getUTCMinutes()
  const weekday = at.getUTCDay() === 0 ? 7 : at.getUTCDay()
  return weekdays.includes(weekday) && spans.some((span) => span.fromMinute <= minute && minute < span.toMinute)
}

/** Whether there is a moment at which both hold. */
export function overlap(one: TimesUtc, other: TimesUtc): boolean {
  return (
    one.weekdays.some((day) => other.weekdays.includes(day)) &&
    one.spans.some((span) => other.spans.some((it) => span.fromMinute < it.toMinute && it.fromMinute < span.toMinute))
  )
}

function parseSpan(text: string): TimesUtc['spans'][number] | null {
  const match = /^(\d\d):(\d\d)-(\d\d):(\d\d)$/.exec(text)
  if (!match) return null
  const [fromHour = 0, fromMinute = 0, toHour = 0, toMinute = 0] = match.slice(1).map(Number)
  const span = { fromMinute: fromHour * 60 + fromMinute, toMinute: toHour * 60 + toMinute }
  return span.fromMinute < span.toMinute && span.toMinute <= 1_440 ? span : null
}
