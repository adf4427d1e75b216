import type { CountReader } from './count-reader.ts'

/** Counts by meter; those that were not said are missing. */
export type Quantities = Readonly<Record<string, bigint>>

/**
 * A whole and its parts as leaves: what is no part is `rest`. Parts that are more than the whole are kept, because the larger reading is the safe one.
 */
export function splitWhole(
  reader: CountReader,
  {
    whole,
    rest,
    parts,
  }: { readonly whole: bigint | null; readonly rest: string; readonly parts: Readonly<Record<string, bigint | null>> },
): Quantities {
  const said = toQuantities(parts)
  if (whole === null) return said
  const sum = sumOf(said)
  if (sum > whole) reader.note(`The parts of ${rest} sum to ${sum}, more than the ${whole} of the whole.`)
  return sum > whole ? { [rest]: 0n, ...said } : { [rest]: whole - sum, ...said }
}

/** Without those that were not said. */
export function toQuantities(counts: Readonly<Record<string, bigint | null>>): Quantities {
  return Object.fromEntries(
    Object.entries(counts).flatMap(([meter, count]) => (count === null ? [] : [[meter, count]])),
  )
}

/** The counts of both, added meter by meter. */
export function addQuantities(one: Quantities, other: Quantities): Quantities {
  const meters = new Set([...Object.keys(one), ...Object.keys(other)])
  return Object.fromEntries([...meters].map((meter) => [meter, (one[meter] ?? 0n) + (other[meter] ?? 0n)]))
}

export function sumOf(quantities: Quantities): bigint {
  return Object.values(quantities).reduce((sum, count) => sum + count, 0n)
}
