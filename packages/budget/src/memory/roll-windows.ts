import { type Books, book } from './books.ts'
import { inOrder } from './rolling.ts'

/** Takes off what has become too old, slice by slice. */
export function rollWindows(books: Books, now: number): void {
  for (const { periods } of books.budgets.values()) {
    for (const period of periods) {
      const { window } = period
      if (!window) continue
      window.rolledTo = now
      for (const { at, amountNanos } of inOrder(window.slices)) {
        if (at > now) break
        window.slices.delete(at)
        if (amountNanos === 0n) continue
        const { budget, currency } = period
        book(books, { kind: 'roll', budget, currency, path: [period], settledNanos: -amountNanos }, now)
      }
    }
  }
}
