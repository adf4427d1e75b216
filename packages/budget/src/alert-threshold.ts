import type { AlertRule } from './budget.ts'
import type { StoredAlertRule } from './ledger-store.ts'

/** One rule in one period, as an amount. */
export interface Threshold {
  /** `settled 80%`, `committed 12.00 USD`. */
  readonly rule: string
  readonly of: 'settled' | 'committed'
  readonly thresholdNanos: bigint
  /** A committed rule is armed again when the amount falls below this. */
  readonly rearmNanos: bigint
}

export const defaultAlerts: readonly (number | AlertRule)[] = [0.5, 0.8, 0.95, 1, { of: 'committed', at: 1 }]

/** A rule that is said twice is one. */
export function toStoredAlertRules(rules: readonly (number | AlertRule)[]): readonly StoredAlertRule[] {
  return [...new Map(rules.map(toStoredAlertRule).map((rule) => [`${rule.of} ${rule.name}`, rule])).values()]
}

/** Shares become ten-thousandths, so that nothing is computed with floats. */
function toStoredAlertRule(rule: number | AlertRule): StoredAlertRule {
  const { of, at } = typeof rule === 'number' ? ({ of: 'settled', at: rule } as const) : rule
  return typeof at === 'number'
    ? { of, name: `${Math.round(at * 10_000) / 100}%`, shareBp: Math.round(at * 10_000), amountNanos: null }
    : { of, name: at.toJSON(), shareBp: null, amountNanos: at.amountNanos }
}

/** What the rules mean under a limit. Shares of no limit, or of zero, mean nothing. */
export function toThresholds(rules: readonly StoredAlertRule[], limitNanos: bigint | null): readonly Threshold[] {
  return rules.flatMap(({ of, name, shareBp, amountNanos }) => {
    const thresholdNanos = amountNanos ?? shareOf(limitNanos ?? 0n, shareBp ?? 0)
    if (thresholdNanos <= 0n) return []
    const marginNanos = shareOf(limitNanos ?? thresholdNanos, 500)
    return [{ rule: `${of} ${name}`, of, thresholdNanos, rearmNanos: thresholdNanos - marginNanos }]
  })
}

function shareOf(amountNanos: bigint, shareBp: number): bigint {
  return (amountNanos * BigInt(shareBp) + 9_999n) / 10_000n
}
