interface Said {
  readonly format: Intl.DateTimeFormat
  readonly ms: number
  readonly text: string
}

/** By zone, with what was said last: in a storm of refusals all name the same moment, and making a format takes longer than asking the database. */
const said = new Map<string, Said>()

/** A moment as a sentence says it, in a zone: `1 December 2026`, with the time where the local day does not begin then. */
export function toLocalMoment(moment: Date, timeZone: string): string {
  const ms = moment.getTime()
  const last = said.get(timeZone)
  if (last?.ms === ms) return last.text
  const format = last?.format ?? createFormat(timeZone)
  const text = toText(moment, timeZone, format)
  said.set(timeZone, { format, ms, text })
  return text
}

function createFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  })
}

function toText(moment: Date, timeZone: string, format: Intl.DateTimeFormat): string {
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]))
  const date = `${parts.day} ${parts.month} ${parts.year}`
  const time = `${parts.hour}:${parts.minute}`
  return time === '00:00' ? date : `${date} at ${time} in ${timeZone}`
}
