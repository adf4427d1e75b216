import type { UnitPrice } from '../priced-line.ts'
import type { Price } from './priced-model.ts'

/** Units of one price, and the row that it was read from. */
export interface PricedUnits extends UnitPrice {
  readonly id: string
  readonly quantity: bigint
}

/** A quantity by what each of its units costs, when so many units of the price were counted before it. */
export function splitSteps({ steps = [], ...first }: Price, before: bigint, count: bigint): readonly PricedUnits[] {
  if (steps.length === 0) return [{ ...first, quantity: count }]
  const end = before + count
  return [{ ...first, above: 0n }, ...steps].flatMap(({ above, ...price }, index) => {
    const quantity = least(end, steps[index]?.above ?? end) - greatest(before, above)
    return quantity > 0n ? [{ ...price, quantity }] : []
  })
}

/**
 * A price from which no split of a quantity escapes. Where later units are cheaper, all cost what the dearest does: the same units may be counted as two
 * meters, each of which begins anew.
 */
export function toBound({ steps = [], ...first }: Price): Price {
  const all = [first, ...steps]
  const falls = all.some((price, index) => index > 0 && isDearer(all[index - 1] ?? price, price))
  if (!falls) return steps.length === 0 ? first : { ...first, steps }
  const { id, priceNanos, per } = all.reduce((most, price) => (isDearer(price, most) ? price : most), first)
  return { id, priceNanos, per }
}

function isDearer(one: UnitPrice, other: UnitPrice): boolean {
  return one.priceNanos * other.per > other.priceNanos * one.per
}

function greatest(one: bigint, other: bigint): bigint {
  return one > other ? one : other
}

function least(one: bigint, other: bigint): bigint {
  return greatest(one, other) === one ? other : one
}
