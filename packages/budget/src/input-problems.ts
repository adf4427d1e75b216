import { BudgetError, type InputProblem } from './budget-error.ts'
import { amountNanosMax, createMoney, type Money } from './money.ts'
import { isStorable } from './storable-text.ts'

/** Collects what is wrong with an input, to say it all at once. */
export interface InputProblems {
  /** Notes a problem unless it holds. */
  expect(holds: boolean, path: string, message: string): void
  /** @throws {BudgetError} `invalid_input` when there was any. */
  assertNone(): void
}

export function createInputProblems(): InputProblems {
  const problems: InputProblem[] = []
  return {
    expect(holds, path, message) {
      if (!holds) problems.push({ path, message: `${path} ${message}` })
    },
    assertNone() {
      if (problems.length === 0) return
      throw new BudgetError('invalid_input', problems.map(({ message }) => message).join(' '), { problems })
    },
  }
}

const levelsMax = 8
const nameLengthMax = 200

export function expectBudget(problems: InputProblems, path: string, budget: unknown): void {
  const names = typeof budget === 'string' ? budget.split('/') : []
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused.
  const good = names.every((name) => /^[^\u0000-\u001f\u007f]+$/.test(name) && name.trim() === name && isStorable(name))
  problems.expect(
    names.length > 0 && good,
    path,
    `must be names with slashes between them, such as agency/ada, not ${JSON.stringify(budget)}.`,
  )
  problems.expect(names.length <= levelsMax, path, `has ${names.length} levels; at most ${levelsMax} are allowed.`)
  const longest = Math.max(0, ...names.map(({ length }) => length))
  problems.expect(
    longest <= nameLengthMax,
    path,
    `has a name of ${longest} characters; at most ${nameLengthMax} are allowed.`,
  )
}

export function expectAmount(problems: InputProblems, path: string, amount: Money | null | undefined): void {
  const good = typeof amount === 'object' && amount !== null && typeof amount.amountNanos === 'bigint'
  problems.expect(good && /^[A-Z]{3}$/.test(amount.currency), path, `must be money, such as usd('0.05').`)
  if (!good) return
  const { currency, amountNanos } = amount
  const given = createMoney(currency, amountNanos)
  problems.expect(amountNanos >= 0n, path, `is ${given}; it must not be below zero.`)
  problems.expect(
    amountNanos <= amountNanosMax,
    path,
    `is ${given}; it must be at most ${createMoney(currency, amountNanosMax)}.`,
  )
}

const idLengthMax = 200

export function expectId(problems: InputProblems, path: string, id: unknown): void {
  const good = typeof id === 'string' && id.length > 0
  problems.expect(good, path, 'must be a text that is not empty.')
  if (!good) return
  problems.expect(id.length <= idLengthMax, path, `has ${id.length} characters; at most ${idLengthMax} are allowed.`)
  problems.expect(isStorable(id), path, 'has U+0000 or half of a surrogate pair, which PostgreSQL cannot keep.')
}

/** @throws {BudgetError} `invalid_input`. */
export function assertId(path: string, id: unknown): void {
  const problems = createInputProblems()
  expectId(problems, path, id)
  problems.assertNone()
}

/** What may be left out, such as who did something. */
export function expectNote(problems: InputProblems, path: string, note: string | null | undefined): void {
  if (note !== undefined && note !== null) expectId(problems, path, note)
}

const listMax = 1_000

/** How many of a list are asked for. */
export function expectListMax(problems: InputProblems, path: string, max: number): void {
  const good = Number.isInteger(max) && max >= 1 && max <= listMax
  problems.expect(good, path, `is ${max}; it must be a whole number from 1 to ${listMax}.`)
}

const lifetimeMsMax = 40 * 86_400_000

export function expectLifetime(problems: InputProblems, path: string, lifetimeMs: number | undefined): void {
  if (lifetimeMs === undefined) return
  const good = Number.isSafeInteger(lifetimeMs) && lifetimeMs > 0 && lifetimeMs <= lifetimeMsMax
  problems.expect(good, path, `is ${lifetimeMs}; it must be whole milliseconds from 1 to ${lifetimeMsMax}.`)
}

const [firstMs, lastMs] = [Date.UTC(1900, 0, 1), Date.UTC(9999, 11, 31)]

/** A moment that every store can keep. */
export function expectMoment(problems: InputProblems, path: string, moment: unknown): void {
  const ms = moment instanceof Date ? moment.getTime() : Number.NaN
  problems.expect(firstMs <= ms && ms <= lastMs, path, 'must be a Date of the years 1900 to 9999.')
}
