import { type BudgetInput, createMoney, type Money } from '@ofm-social/budget'

/** Budgets that are never overspent: costs are exact and nothing is late, so that no total may ever pass a limit. */
export const STRICT = 'strict'
/** Everything that may go wrong in an agency: late, over, unreserved, adjusted, expired, released too early. */
export const CHAOS = 'chaos'
export type Tenant = typeof STRICT | typeof CHAOS

const creators = 12
const campaigns = 3

/** All paths, of one to three levels. */
export const budgets: readonly string[] = [
  'agency',
  ...Array.from({ length: creators }, (_, creator) => `agency/c${creator}`),
  ...Array.from(
    { length: creators * campaigns },
    (_, index) => `agency/c${index % creators}/k${Math.floor(index / creators)}`,
  ),
]

/** Budgets that watch the agency and a creator for one vendor. */
const watching: readonly string[] = ['agency/v0', 'agency/c1/v0', 'agency/c2/v1']

const vendors = 4

/** Of the database's clock, which moves by some 45 s in a thousand operations: long enough to reach the limits, short enough for many ends. */
const fixed = { everySeconds: 900, from: new Date('2026-01-01T00:00:00Z') }

/** All budgets with limits that are tight, so that most of the run happens near them. A third of the creators' windows roll, four periods long. */
export function listSettings(): readonly (readonly [budget: string, input: BudgetInput])[] {
  return [
    ...budgets.map((budget) => {
      const limit = [60_000n, 9_000n, 4_000n][budget.split('/').length - 1] ?? 0n
      return /^agency\/c\d*[036]$/.test(budget)
        ? ([budget, { limit: createMoney('USD', limit * 3n), period: { rollingHours: 1 } }] as const)
        : ([budget, { limit: createMoney('USD', limit), period: fixed }] as const)
    }),
    ...watching.map((budget) => {
      const limit = createMoney('USD', budget.split('/').length === 2 ? 12_000n : 2_000n)
      return [budget, { limit, period: fixed, match: { vendor: budget.slice(-2) } }] as const
    }),
  ]
}

/** An operation's amounts and path follow from its id, so that every process knows what another one meant by it. */
export interface Planned {
  readonly id: string
  readonly tenant: Tenant
  readonly budget: string
  readonly amount: Money
  readonly vendor: string
  /** What it does cost: never more than the amount in `strict`. */
  readonly cost: Money
  /** In `strict` what is released is never settled, and the other way round. */
  readonly ends: 'settle' | 'release'
}

export function plan(worker: number, count: number): Planned {
  const chance = mix(worker * 1_000_003 + count)
  const tenant = chance % 2 === 0 ? STRICT : CHAOS
  const amount = BigInt(1 + (chance % 97))
  const share = BigInt(mix(chance) % 101)
  const over = tenant === CHAOS && chance % 23 === 0 ? 50n : 0n
  return {
    id: `r-${worker}-${count}`,
    tenant,
    budget: budgets[mix(chance + 1) % budgets.length] ?? 'agency',
    amount: createMoney('USD', amount),
    vendor: `v${mix(chance + 2) % vendors}`,
    cost: createMoney('USD', (amount * share) / 100n + over),
    ends: chance % 9 === 0 ? 'release' : 'settle',
  }
}

/** A whole number that looks like chance and is always the same. */
export function mix(seed: number): number {
  let value = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35) >>> 0
  return (value ^ (value >>> 16)) >>> 0
}

/** Chance from a seed: `next(n)` is from 0 to n − 1. */
export function createChance(seed: number): (below: number) => number {
  let state = seed >>> 0
  return (below) => {
    state = mix(state + 0x6d2b79f5)
    return state % below
  }
}
