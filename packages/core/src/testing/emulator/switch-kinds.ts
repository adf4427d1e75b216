/** One switch of an emulator: what it is when nobody sets it, and what it may be. */
export interface SwitchKind<Value> {
  readonly byDefault: Value
  /** For people: `payg, pro or free`. */
  readonly values: string
  isFit(value: unknown): boolean
}

/** One word of several. */
function oneOf<const Word extends string>(words: readonly Word[], byDefault: NoInfer<Word>): SwitchKind<Word> {
  return { byDefault, values: tellWords(words), isFit: (value) => words.some((word) => word === value) }
}

/** Any number of words; of those that are allowed, or any. */
function words<const Word extends string = string>(
  byDefault: readonly NoInfer<Word>[],
  allowed?: readonly Word[],
): SwitchKind<readonly Word[]> {
  const isWord = (value: unknown) =>
    typeof value === 'string' && (allowed === undefined || allowed.some((word) => word === value))
  return {
    byDefault,
    values: `a list of ${allowed ? tellWords(allowed).replace(/ or (?=\S+$)/, ' and ') : 'texts'}`,
    isFit: (value) => Array.isArray(value) && value.every(isWord),
  }
}

function flag(byDefault: boolean): SwitchKind<boolean> {
  return { byDefault, values: 'true or false', isFit: (value) => typeof value === 'boolean' }
}

/** A number from 0 on, also one without end. */
function amount(byDefault: number): SwitchKind<number> {
  return { byDefault, values: 'a number', isFit: (value) => typeof value === 'number' && value >= 0 }
}

function text(byDefault: string): SwitchKind<string> {
  return { byDefault, values: 'a text', isFit: (value) => typeof value === 'string' }
}

/** An address to call; an empty one, the default, is none. */
function address(): SwitchKind<string> {
  const isFit = (value: unknown) =>
    value === '' || (typeof value === 'string' && URL.canParse(value) && /^https?:$/.test(new URL(value).protocol))
  return { byDefault: '', values: 'an http or https URL', isFit }
}

/** Values by name; given ones take the place of all. */
function byName<Value>(byDefault: Readonly<Record<string, Value>>, each: SwitchKind<Value>) {
  const isFit = (value: unknown) => isRecord(value) && Object.values(value).every((member) => each.isFit(member))
  return { byDefault, values: `by name: ${each.values}`, isFit } satisfies SwitchKind<Readonly<Record<string, Value>>>
}

/** Any of some members. */
function parts<Value extends object>(
  members: { readonly [Name in keyof Value]-?: SwitchKind<unknown> },
  byDefault: Value,
): SwitchKind<Value> {
  const kinds = new Map<string, SwitchKind<unknown>>(Object.entries(members))
  return {
    byDefault,
    values: `{ ${[...kinds.keys()].join(', ')} }`,
    isFit: (value) =>
      isRecord(value) && Object.entries(value).every(([name, member]) => kinds.get(name)?.isFit(member) === true),
  }
}

/** What the switches of an emulator may be; each is given its default. */
export const switchKinds = { oneOf, words, flag, amount, text, address, byName, parts } as const

function tellWords(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
