import type { RateItem, RateQuery, RateRow } from '../ledger-store.ts'
import type { Books } from './books.ts'

export function addRate({ rates }: Books, item: RateItem, now: number): RateRow {
  const key = `${item.from} ${item.to} ${item.day}`
  const row = rates.get(key) ?? { ...item, addedAt: now }
  rates.set(key, row)
  return row
}

const dayMs = 86_400_000

export function findRate(books: Books, { from, to, ageDaysMax }: RateQuery, now: number): RateRow | null {
  const [first, last] = [now - ageDaysMax * dayMs, now].map((ms) => new Date(ms).toISOString().slice(0, 10))
  const fits = ({ day }: RateRow) => first !== undefined && last !== undefined && first <= day && day <= last
  const found = listRates(books).filter(
    (row) => fits(row) && ((row.from === from && row.to === to) || (row.from === to && row.to === from)),
  )
  const newest = found.filter(({ day }) => day === found[0]?.day)
  return newest.find((row) => row.from === from) ?? newest[0] ?? null
}

/** The newest first. */
export function listRates({ rates }: Books): readonly RateRow[] {
  const place = ({ from, to }: RateRow) => `${from} ${to}`
  return [...rates.values()].toSorted(
    (one, other) => (one.day === other.day ? 0 : one.day < other.day ? 1 : -1) || (place(one) < place(other) ? -1 : 1),
  )
}
