/** One switch: what it is when nobody sets it, and what it may be. */
export interface SwitchKind<Value> {
  readonly byDefault: Value
  /** For people: `grows or none`. */
  readonly values: string
  isFit(value: unknown): boolean
}

/** One word of several. */
export function oneOf<const Word extends string>(words: readonly Word[], byDefault: NoInfer<Word>): SwitchKind<Word> {
  const values = `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
  return { byDefault, values, isFit: (value) => words.some((word) => word === value) }
}

/** Any number of texts. */
export function texts(byDefault: readonly string[]): SwitchKind<readonly string[]> {
  const isFit = (value: unknown) => Array.isArray(value) && value.every((item) => typeof item === 'string')
  return { byDefault, values: 'a list of texts', isFit }
}

/** A number from 0 on, also one without end. */
export function amount(byDefault: number): SwitchKind<number> {
  return { byDefault, values: 'a number', isFit: (value) => typeof value === 'number' && value >= 0 }
}

/** An address to call; an empty one is none. */
export function address(): SwitchKind<string> {
  const isFit = (value: unknown) => value === '' || (typeof value === 'string' && /^https?:/.test(toProtocol(value)))
  return { byDefault: '', values: 'an http or https URL', isFit }
}

/** Values by name; given ones take the place of all. */
export function byName<Value>(each: SwitchKind<Value>): SwitchKind<Readonly<Record<string, Value>>> {
  const isFit = (value: unknown) => isRecord(value) && Object.values(value).every((member) => each.isFit(member))
  return { byDefault: {}, values: `by name: ${each.values}`, isFit }
}

function toProtocol(url: string): string {
  return URL.canParse(url) ? new URL(url).protocol : ''
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
