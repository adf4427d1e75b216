/** One number of a benchmark, and the number from the same run that it is compared with. */
export interface Measurement {
  readonly bench: string
  readonly metric: string
  readonly value: number
  readonly unit: string
  readonly baseline?: number
  /** `value` divided by `baseline`. Machines differ, ratios hardly do. */
  readonly ratio?: number
  readonly target?: number
  /** Whether the value reaches its target. */
  readonly met?: boolean
}

/** Holds a measurement against what it should be at least, or at most. */
export function judge(
  measurement: Measurement,
  target: { readonly atLeast: number } | { readonly atMost: number },
): Measurement {
  return 'atLeast' in target
    ? { ...measurement, target: target.atLeast, met: measurement.value >= target.atLeast }
    : { ...measurement, target: target.atMost, met: measurement.value <= target.atMost }
}

/** Compares a value with its baseline. */
export function compare(measurement: Omit<Measurement, 'ratio'> & { readonly baseline: number }): Measurement {
  return { ...measurement, ratio: round(measurement.value / measurement.baseline) }
}

/** Rounds to three decimals: more would be noise. */
export function round(value: number): number {
  return Math.round(value * 1000) / 1000
}

/** The middle of the values, which a single slow run does not move. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length / 2
  return ((sorted[Math.floor(middle)] ?? Number.NaN) + (sorted[Math.ceil(middle) - 1] ?? Number.NaN)) / 2
}
