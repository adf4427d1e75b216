import type { Scenario } from './budget-scenario.ts'

/** What was measured before a load. */
export interface KnownBefore {
  readonly flushMs: number
  /** Updates of one row in a second. */
  readonly floor: number
  /** Pairs in a second of one process with 256 in flight; NaN when that was left out. */
  readonly onePerSecond: number
}

export interface Expected {
  readonly baseline: number
  readonly pairsMin?: number
  readonly refusalsMin?: number
  readonly failuresMax?: number
  readonly p50MsMax?: number
  readonly p99MsMax?: number
}

export interface BudgetLoad {
  readonly metric: string
  readonly scenario: Scenario
  readonly expect: (known: KnownBefore) => Expected
}

/** Pairs, and refusals, that one hot agency should reach in a second. */
const aim = 10_000
export const mainLoad = 'one hot agency, 256 in flight'

const closed = (metric: string, scenario: Scenario, expected: Omit<Expected, 'baseline'> = {}): BudgetLoad => ({
  metric,
  scenario,
  expect: ({ floor }) => ({ baseline: floor, ...expected }),
})

/** Latencies are those that a caller sees who does not wait for the others. */
const open = (perSecond: number, p99MsMax: number): BudgetLoad => ({
  metric: `one hot agency, ${perSecond.toLocaleString('en')} arrive in a second`,
  scenario: { arrival: { perSecond } },
  expect: () => ({ baseline: perSecond, p99MsMax, failuresMax: 0 }),
})

const in256 = { arrival: { inFlight: 256 } }

export const budgetLoads: readonly BudgetLoad[] = [
  {
    metric: 'one hot agency, 1 in flight',
    scenario: { arrival: { inFlight: 1 } },
    expect: ({ floor, flushMs }) => ({ baseline: floor, p50MsMax: flushMs + 0.8 }),
  },
  closed('one hot agency, 64 in flight', { arrival: { inFlight: 64 } }, { pairsMin: 6_000, p99MsMax: 12 }),
  closed(mainLoad, in256, { pairsMin: aim, p99MsMax: 30 }),
  closed('one hot agency, 1,024 in flight', { arrival: { inFlight: 1_024 } }),
  closed('100 agencies, 256 in flight', { ...in256, agencies: 100 }),
  {
    metric: 'one hot agency, 4 processes with 64 in flight each',
    scenario: { arrival: { inFlight: 64 }, processes: 4 },
    expect: ({ onePerSecond }) => ({ baseline: onePerSecond, pairsMin: 0.9 * onePerSecond }),
  },
  open(6_000, 12),
  open(aim, 30),
  closed('50 % refused, 256 in flight', { ...in256, refusedPercent: 50 }),
  closed('95 % refused, 256 in flight', { ...in256, refusedPercent: 95 }),
  closed('all refused, 256 in flight', { ...in256, refusedPercent: 100 }, { refusalsMin: aim }),
]

export const pgliteLoads: readonly { readonly metric: string; readonly scenario: Scenario }[] = [
  { metric: 'PGlite, 1 in flight', scenario: { arrival: { inFlight: 1 } } },
  { metric: 'PGlite, 64 in flight', scenario: { arrival: { inFlight: 64 } } },
]
