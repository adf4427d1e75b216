import type { MeterPrice, MeterUse } from '../platform/platform-meters.ts'

/** So many units at the price that held at a moment: enough to compute the cost again years later. */
export interface PricedUse extends Omit<MeterPrice, 'label'> {
  /** Whole units. */
  readonly quantity: number
}

export interface PricedUses {
  readonly lines: readonly PricedUse[]
  /** Meters without a price at that moment. */
  readonly unpriced: readonly string[]
}

/** Finds the price of each use at a moment of the database's clock. */
export function priceUses(uses: readonly MeterUse[], prices: readonly MeterPrice[], now: number): PricedUses {
  const priced = uses.map((use) => ({ use, price: findPrice(prices, use.meter, now) }))
  return {
    lines: priced.flatMap(({ use, price }) => (price ? [toLine(use, price)] : [])),
    unpriced: priced.flatMap(({ use, price }) => (price ? [] : [use.meter])),
  }
}

/** The newest price that has begun; of two that began on one day the later one in the list, which is the host's own. */
export function findPrice(prices: readonly MeterPrice[], meter: string, now: number): MeterPrice | undefined {
  return prices
    .filter((price) => price.meter === meter && Date.parse(price.validFrom) <= now)
    .reduce<MeterPrice | undefined>(
      (newest, price) => (newest && newest.validFrom > price.validFrom ? newest : price),
      undefined,
    )
}

function toLine(
  { meter, quantity }: MeterUse,
  { usdNanos, per, validFrom, oncePerDay, source }: MeterPrice,
): PricedUse {
  return { meter, quantity, usdNanos, per, validFrom, ...(oncePerDay && { oncePerDay }), source }
}

/** Whole billionths of a dollar: summed exactly, rounded up once. */
export function sumUses(lines: readonly PricedUse[]): bigint {
  const denominator = lines.reduce((product, { per }) => product * BigInt(per), 1n)
  const numerator = lines.reduce(
    (sum, { quantity, usdNanos, per }) => sum + (BigInt(quantity) * BigInt(usdNanos) * denominator) / BigInt(per),
    0n,
  )
  return (numerator + denominator - 1n) / denominator
}
