import { BudgetError } from '../budget-error.ts'

/** An item of a batch with its place in it. */
export interface Placed<Item> {
  readonly item: Item
  readonly place: number
}

/** What one call of the database answered, and what must be sent again. */
export interface Round<Item, Answer> {
  readonly answers: readonly (readonly [place: number, answer: Answer])[]
  readonly again: readonly Placed<Item>[]
}

/** Rounds in a row that answer nothing, after which a batch gives up: what a change of a budget, a period's end or a repeated id sends round again is answered in time. */
const fruitlessMax = 10

/** Answers each item in its place. Of items with one id the first goes now, the others in a later round: they find what it wrote. */
export async function answerInRounds<Item extends { readonly id: string }, Answer>(
  items: readonly Item[],
  send: (placed: readonly Placed<Item>[]) => Promise<Round<Item, Answer>>,
): Promise<readonly Answer[]> {
  const answers = new Map<number, Answer>()
  let waiting: readonly Placed<Item>[] = items.map((item, place) => ({ item, place }))
  for (let fruitless = 0; waiting.length > 0; ) {
    if (fruitless >= fruitlessMax)
      throw new BudgetError('unavailable', 'The periods of these budgets did not come to rest.')
    const { first, later } = firstOfEachId(waiting)
    const round = await send(first)
    for (const [place, answer] of round.answers) answers.set(place, answer)
    waiting = [...round.again, ...later]
    fruitless = round.answers.length > 0 ? 0 : fruitless + 1
  }
  return [...answers].toSorted(([one], [other]) => one - other).map(([, answer]) => answer)
}

function firstOfEachId<Item extends { readonly id: string }>(
  placed: readonly Placed<Item>[],
): { readonly first: readonly Placed<Item>[]; readonly later: readonly Placed<Item>[] } {
  const seen = new Set<string>()
  const first: Placed<Item>[] = []
  const later: Placed<Item>[] = []
  for (const one of placed) {
    if (seen.has(one.item.id)) later.push(one)
    else first.push(one)
    seen.add(one.item.id)
  }
  return { first, later }
}
