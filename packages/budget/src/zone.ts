const DAY_MS = 86_400_000

/** How far a zone's clocks are ahead of UTC at an instant, in milliseconds. */
export type ZoneOffset = (instant: number) => number

/** A zone of the IANA database, by the data that the process has. Undefined for a name that nobody knows, and for a fixed offset. */
export function createZoneOffset(timeZone: string): ZoneOffset | undefined {
  if (/^[+-]/.test(timeZone)) return undefined
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'iso8601',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    })
  } catch {
    return undefined
  }
  return (instant) => {
    const parts = Object.fromEntries(format.formatToParts(instant).map(({ type, value }) => [type, Number(value)]))
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000
  }
}

/**
 * The first instant that belongs to a local date. Its midnight may exist twice, or not at all where clocks go forward at 00:00.
 *
 * @param date Midnight of that date, as if it were UTC.
 */
export function firstInstantOf(date: number, offset: ZoneOffset): number {
  // Two days reach over every known change of a zone, a skipped day included.
  const around = [-2, -1, 0, 1, 2].map((days) => offset(date + days * DAY_MS))
  const candidates = [...new Set(around)]
    .map((ahead) => date - ahead)
    .filter((instant) => instant + offset(instant) === date)
  return candidates.length > 0 ? Math.min(...candidates) : findFirstAfter(date, offset)
}

/** The first instant whose wall clock is past a time that never was. */
function findFirstAfter(wall: number, offset: ZoneOffset): number {
  let low = Math.floor(wall / 1000) - 2 * 86_400
  let high = low + 4 * 86_400
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (middle * 1000 + offset(middle * 1000) > wall) high = middle
    else low = middle
  }
  return high * 1000
}
