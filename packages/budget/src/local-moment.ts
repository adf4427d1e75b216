/** A moment as a sentence says it, in a zone: `1 December 2026`, with the time where the local day does not begin then. */
export function toLocalMoment(moment: Date, timeZone: string): string {
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    ...{ day: 'numeric', month: 'long', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
  })
  const parts = Object.fromEntries(format.formatToParts(moment).map(({ type, value }) => [type, value]))
  const date = `${parts.day} ${parts.month} ${parts.year}`
  const time = `${parts.hour}:${parts.minute}`
  return time === '00:00' ? date : `${date} at ${time} in ${timeZone}`
}
