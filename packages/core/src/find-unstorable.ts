interface Place {
  readonly value: unknown
  readonly path: string
}

/**
 * Where in plain objects and lists there are texts that PostgreSQL keeps nowhere, names of members included: with NUL, or with half of a character.
 *
 * @returns Paths such as `to/0/text`; the empty path is the value itself.
 */
export function findUnstorable(value: unknown): readonly string[] {
  const found: string[] = []
  const seen = new Set<unknown>()
  // No recursion: what is handed in may be nested as deeply as it likes.
  const rest: Place[] = [{ value, path: '' }]
  for (let place = rest.pop(); place; place = rest.pop()) {
    const { value: inner, path } = place
    if (typeof inner === 'string' && !isStorable(inner)) found.push(path)
    if (!isPlain(inner) || seen.has(inner)) continue
    seen.add(inner)
    for (const [name, member] of Object.entries(inner).toReversed()) {
      const memberPath = path === '' ? name : `${path}/${name}`
      if (isStorable(name)) rest.push({ value: member, path: memberPath })
      else found.push(path)
    }
  }
  return found
}

const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text)

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
