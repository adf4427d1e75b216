import { type Fall, fallsAt, type RollingFalls } from '../rolling-window.ts'
import type { Books } from './books.ts'

/** What counts in a rolling window, by when it falls out. */
export interface RollingWindow {
  readonly windowMs: number
  readonly slices: Map<number, bigint>
  /** The moment up to which what is too old was taken off. */
  rolledTo: number
}

type Entry = Books['entries'][number]

export function readFalls({ windowMs, slices, rolledTo }: RollingWindow): RollingFalls {
  return { falls: inOrder(slices), emptyAt: fallsAt(rolledTo, windowMs) }
}

export function inOrder(slices: RollingWindow['slices']): readonly Fall[] {
  return [...slices].map(([at, amountNanos]) => ({ at, amountNanos })).toSorted((one, other) => one.at - other.at)
}

export function countSpent({ windowMs, slices }: RollingWindow, amountNanos: bigint, at: number): void {
  const falls = fallsAt(at, windowMs)
  slices.set(falls, (slices.get(falls) ?? 0n) + amountNanos)
}

/** When an amount counts: when it is booked; what is taken back of a reservation, when that was. Null: it has fallen out since. */
export function countsAt(
  { entries }: Pick<Books, 'entries'>,
  { settledNanos, reservation, at }: Pick<Entry, 'settledNanos' | 'reservation' | 'at'>,
  { windowMs }: RollingWindow,
): number | null {
  if (settledNanos >= 0n || reservation === null) return at
  const booked = entries.find(
    (entry) => entry.reservation === reservation && (entry.kind === 'settle' || entry.kind === 'expire'),
  )
  if (!booked) return at
  return fallsAt(booked.at, windowMs) > at ? booked.at : null
}
