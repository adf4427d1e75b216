/** Parses JSON in which ids may be numbers too large for a number: those become strings. Undefined when it is no JSON. */
export function parseLargeIds(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes), keepDigits)
  } catch {
    return undefined
  }
}

/** Node hands the number's own digits over beside its value. */
function keepDigits(_key: string, value: unknown, ...more: readonly unknown[]): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value
  const [detail] = more
  const source = typeof detail === 'object' && detail !== null && 'source' in detail ? detail.source : undefined
  return typeof source === 'string' && /^\d+$/.test(source) ? source : value
}
