/** One switch: what it is when nobody sets it, and what it may be. */
export interface SwitchKind<Value> {
  readonly byDefault: Value
  /** For people: `payg, pro or free`. */
  readonly values: string
  isFit(value: unknown): boolean
}

/** One word of several. */
export function oneOf<const Word extends string>(words: readonly Word[], byDefault: NoInfer<Word>): SwitchKind<Word> {
  const isWord = (value: unknown) => words.some((word) => word === value)
  return { byDefault, values: tellWords(words), isFit: isWord }
}

/** Any number of words; all that are allowed, or any. */
export function words<const Word extends string = string>(
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

export function flag(byDefault: boolean): SwitchKind<boolean> {
  return { byDefault, values: 'true or false', isFit: (value) => typeof value === 'boolean' }
}

/** A number from 0 on, also one without end. */
export function amount(byDefault: number): SwitchKind<number> {
  return { byDefault, values: 'a number', isFit: isAmount }
}

export function text(byDefault: string): SwitchKind<string> {
  return { byDefault, values: 'a text', isFit: (value) => typeof value === 'string' }
}

/** Values by name; given ones take the place of all. */
export function byName<Value>(byDefault: Readonly<Record<string, Value>>, each: SwitchKind<Value>) {
  const isFit = (value: unknown) => isRecord(value) && Object.values(value).every((member) => each.isFit(member))
  return { byDefault, values: `by name: ${each.values}`, isFit } satisfies SwitchKind<Readonly<Record<string, Value>>>
}

/** Any of some members. */
export function parts<Value extends object>(
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

function tellWords(all: readonly string[]): string {
  return all.length < 2 ? all.join('') : `${all.slice(0, -1).join(', ')} or ${all.at(-1)}`
}

function isAmount(value: unknown): boolean {
  return typeof value === 'number' && value >= 0
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
