import { BudgetError, type InputProblem } from './budget-error.ts'
import { amountNanosMax, createMoney, type Money } from './money.ts'

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
  const good = names.length > 0 && names.every((name) => /^[^\u0000-\u001f\u007f]+$/.test(name) && name.trim() === name)
  problems.expect(
    good,
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

export function expectAmount(problems: InputProblems, path: string, amount: Money | undefined): void {
  const good = typeof amount === 'object' && amount !== null && typeof amount.amountNanos === 'bigint'
  problems.expect(good && /^[A-Z]{3}$/.test(amount.currency), path, `must be money, such as usd('0.05').`)
  if (!good) return
  problems.expect(amount.amountNanos >= 0n, path, `is ${amount.toJSON()}; it must not be below zero.`)
  const most = createMoney(amount.currency, amountNanosMax)
  problems.expect(
    amount.amountNanos <= amountNanosMax,
    path,
    `is ${amount.toJSON()}; it must be at most ${most.toJSON()}.`,
  )
}

const idLengthMax = 200

export function expectId(problems: InputProblems, path: string, id: unknown): void {
  const good = typeof id === 'string' && id.length > 0
  problems.expect(good, path, 'must be a text that is not empty.')
  if (good)
    problems.expect(id.length <= idLengthMax, path, `has ${id.length} characters; at most ${idLengthMax} are allowed.`)
}

const lifetimeMsMax = 40 * 86_400_000

export function expectLifetime(problems: InputProblems, path: string, lifetimeMs: number | undefined): void {
  if (lifetimeMs === undefined) return
  const good = Number.isSafeInteger(lifetimeMs) && lifetimeMs > 0 && lifetimeMs <= lifetimeMsMax
  problems.expect(good, path, `is ${lifetimeMs}; it must be whole milliseconds from 1 to ${lifetimeMsMax}.`)
}

export function isDate(value: unknown): value is Date {
  return value instanceof Date && !Number.isNaN(value.getTime())
}
