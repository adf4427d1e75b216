interface Place {
  readonly value: unknown
  readonly name: string
  /** Null: the whole. */
  readonly within: Place | null
}

/**
 * Where in a value there are texts that PostgreSQL keeps nowhere: with NUL, or with half of a character. Names of members count, too.
 *
 * @returns The names that lead there, from the outside in.
 */
export function findUnstorable(value: unknown): readonly (readonly string[])[] {
  const found: Place[] = []
  // No recursion: what a request holds may be nested as deeply as its size allows.
  const rest: Place[] = [{ value, name: '', within: null }]
  for (let place = rest.pop(); place; place = rest.pop()) {
    const { value: inner } = place
    if (typeof inner === 'string' && !isStorable(inner)) found.push(place)
    if (typeof inner !== 'object' || inner === null) continue
    for (const [name, member] of Object.entries(inner)) {
      if (isStorable(name)) rest.push({ value: member, name, within: place })
      else found.push(place)
    }
  }
  return found.map(toKeys)
}

const isStorable = (text: string): boolean => !text.includes('\0') && !/\p{Surrogate}/u.test(text)

function toKeys(place: Place): readonly string[] {
  const keys: string[] = []
  for (let { name, within } = place; within; { name, within } = within) keys.unshift(name)
  return keys
}
