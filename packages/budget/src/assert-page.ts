import { createInputProblems, expectBudget, expectId, expectListMax } from './input-problems.ts'

/** Of a list that is read in pages: how many at most, the `next` of the page before, and of what. */
export function assertPage({
  limit,
  after,
  budget,
  reservation,
}: {
  readonly limit: number
  readonly after?: string | undefined
  readonly budget?: string | undefined
  readonly reservation?: string | undefined
}): void {
  const problems = createInputProblems()
  expectListMax(problems, 'limit', limit)
  problems.expect(after === undefined || /^\d{1,18}$/.test(after), 'after', 'must be the next of a page.')
  if (budget !== undefined) expectBudget(problems, 'budget', budget)
  if (reservation !== undefined) expectId(problems, 'reservation', reservation)
  problems.assertNone()
}
