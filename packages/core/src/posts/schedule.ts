/** When a post is due: an instant, or a wall-clock time in a zone. */
export type Schedule =
  | { readonly at: number; readonly wallTime: null; readonly timeZone: null }
  | { readonly at: number; readonly wallTime: string; readonly timeZone: string }

export type ParsedSchedule =
  | { readonly schedule: Schedule; readonly problem?: undefined }
  | { readonly problem: string; readonly schedule?: undefined }

const wallPattern = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d(?:\.\d{1,3})?))?\[([^\]]{1,64})\]$/
const instantPattern = /^(\d{4}-\d\d-(\d\d)T([01]\d|2[0-3])):\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)$/
const DAY_MS = 86_400_000

/** Reads `at`: a Date, an instant (`…Z`, `…+01:00`), or a wall-clock time with its zone (`2026-12-24T18:00[Europe/Paris]`). */
export function parseSchedule(at: Date | string): ParsedSchedule {
  if (typeof at !== 'string') {
    const ms = at.getTime()
    return Number.isNaN(ms)
      ? { problem: 'at is not a valid date.' }
      : { schedule: { at: ms, wallTime: null, timeZone: null } }
  }
  const instant = instantPattern.exec(at)
  if (instant) {
    const ms = Date.parse(at)
    // Date.parse takes 30 February for 2 March.
    const real = new Date(`${instant[1]}:00Z`).getUTCDate() === Number(instant[2])
    return Number.isNaN(ms) || !real
      ? { problem: `at names no real moment: ${at}.` }
      : { schedule: { at: ms, wallTime: null, timeZone: null } }
  }
  const match = wallPattern.exec(at)
  if (!match)
    return {
      problem:
        'at must be a Date, an instant such as 2026-12-24T17:00:00Z, or a wall-clock time with its zone such as 2026-12-24T18:00[Europe/Paris].',
    }
  const [, year, month, day, hour, minute, second = '00', timeZone = ''] = match
  const wall = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`)
  const real = !Number.isNaN(wall) && new Date(wall).getUTCDate() === Number(day)
  if (!real) return { problem: `at names no real date and time: ${at}.` }
  const offset = createOffset(timeZone)
  if (!offset) return { problem: `at names an unknown time zone: ${timeZone}. Use an IANA name such as Europe/Paris.` }
  const wallTime = at.slice(0, at.indexOf('['))
  return { schedule: { at: resolveWallTime(wall, offset), wallTime, timeZone } }
}

type Offset = (instant: number) => number

/** How far the zone's clocks are ahead of UTC at an instant, in milliseconds. Undefined for a zone that nobody knows. */
function createOffset(timeZone: string): Offset | undefined {
  // Intl takes offsets for zones; they know no summer time, and are written as instants.
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

/** An overlap means the first occurrence, a gap the first instant after it (S9). */
function resolveWallTime(wall: number, offset: Offset): number {
  // Two days reach over every known change of a zone, a skipped day included.
  const before = wall - 2 * DAY_MS
  const after = wall + 2 * DAY_MS
  const offsets = [
    ...new Set([offset(before), offset(wall - DAY_MS), offset(wall), offset(wall + DAY_MS), offset(after)]),
  ]
  const candidates = offsets.map((ahead) => wall - ahead).filter((instant) => instant + offset(instant) === wall)
  if (candidates.length > 0) return Math.min(...candidates)
  return findFirstAfter(wall, offset, { before, after })
}

/** The first instant whose wall clock is past a time that never was. */
function findFirstAfter(
  wall: number,
  offset: Offset,
  { before, after }: { readonly before: number; readonly after: number },
): number {
  let low = Math.floor(before / 1000)
  let high = Math.ceil(after / 1000)
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (middle * 1000 + offset(middle * 1000) > wall) high = middle
    else low = middle
  }
  return high * 1000
}
