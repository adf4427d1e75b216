const httpDate = /^[A-Za-z]{3,9},? .* GMT$/

/**
 * Reads a `Retry-After` value, seconds or an HTTP date, as milliseconds from now on; never negative. Undefined when it says nothing readable.
 *
 * @param now Epoch milliseconds on the clock of whoever wrote a date.
 * @see https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 */
export function parseRetryAfter(value: string | null | undefined, now: number): number | undefined {
  const text = value?.trim() ?? ''
  if (/^\d{1,9}(\.\d+)?$/.test(text)) return Math.ceil(Number(text) * 1000)
  if (!httpDate.test(text)) return undefined
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** The same from the headers of a response: a date is measured against the response's own `date`, so that clocks may differ. */
export function readRetryAfterMs(headers: Headers, now: number): number | undefined {
  const answeredAt = Date.parse(headers.get('date') ?? '')
  return parseRetryAfter(headers.get('retry-after'), Number.isNaN(answeredAt) ? now : answeredAt)
}
