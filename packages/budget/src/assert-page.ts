import { createInputProblems } from './input-problems.ts'

/** Of a list that is read in pages: how many at most, and the `next` of the page before. */
export function assertPage(limit: number, after: string | undefined): void {
  const problems = createInputProblems()
  const good = Number.isInteger(limit) && limit >= 1 && limit <= 1_000
  problems.expect(good, 'limit', `is ${limit}; it must be a whole number from 1 to 1000.`)
  problems.expect(after === undefined || /^\d{1,18}$/.test(after), 'after', 'must be the next of a page.')
  problems.assertNone()
}
