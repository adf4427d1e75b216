/** An exact rational number. */
export interface Fraction {
  readonly numerator: bigint
  /** More than zero. */
  readonly denominator: bigint
}

export function addFractions(one: Fraction, other: Fraction): Fraction {
  if (one.denominator === other.denominator) {
    return { numerator: one.numerator + other.numerator, denominator: one.denominator }
  }
  return reduce({
    numerator: one.numerator * other.denominator + other.numerator * one.denominator,
    denominator: one.denominator * other.denominator,
  })
}

/** The smallest whole number that is not below the fraction. */
export function roundUp({ numerator, denominator }: Fraction): bigint {
  const whole = numerator / denominator
  return whole * denominator < numerator ? whole + 1n : whole
}

function reduce({ numerator, denominator }: Fraction): Fraction {
  const divisor = greatestCommonDivisor(numerator < 0n ? -numerator : numerator, denominator)
  return { numerator: numerator / divisor, denominator: denominator / divisor }
}

function greatestCommonDivisor(one: bigint, other: bigint): bigint {
  let [a, b] = [one, other]
  while (b !== 0n) [a, b] = [b, a % b]
  return a === 0n ? 1n : a
}
