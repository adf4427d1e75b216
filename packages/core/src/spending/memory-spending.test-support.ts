import type { Spending, SpendingMoney, SpendingRequest } from './spending.ts'

type State = 'open' | 'settled' | 'released' | 'expired'

interface Row {
  readonly request: SpendingRequest
  state: State
  expiresAt: number
  settledNanos: bigint | null
  late: boolean
}

/** A ledger in memory with the rules that core relies on: one budget, all or nothing, idempotent by id, late settlements counted. */
export interface MemorySpending extends Spending {
  readonly rows: ReadonlyMap<string, Readonly<Row>>
  /** Calls that were answered, in order. */
  readonly calls: readonly string[]
  setLimit(budget: string, limitNanos: bigint, renewsAt?: Date): void
  /** Throws this from the next calls of a member, before or after its effect. */
  fail(member: keyof Spending, when: 'before' | 'after', times?: number): void
  /** Runs right after a member has had its effect. */
  onCall(member: keyof Spending, run: () => Promise<void> | void): void
  reservedNanos(budget: string): bigint
  settledNanos(budget: string): bigint
}

class Refused extends Error {
  readonly code: string
  readonly budget: string | null
  readonly available: SpendingMoney | null
  readonly renewsAt: Date | null

  constructor(
    code: string,
    budget: string | null = null,
    available: SpendingMoney | null = null,
    renewsAt: Date | null = null,
  ) {
    super(code)
    this.code = code
    this.budget = budget
    this.available = available
    this.renewsAt = renewsAt
  }
}

const usd = (amountNanos: bigint): SpendingMoney => ({ currency: 'USD', amountNanos, toJSON: () => `${amountNanos}` })

export function createMemorySpending(now: () => number): MemorySpending {
  const rows = new Map<string, Row>()
  const limits = new Map<string, { limitNanos: bigint; renewsAt: Date | null }>()
  const recorded = new Map<string, { budget: string; nanos: bigint }>()
  const failures: { member: keyof Spending; when: 'before' | 'after'; times: number }[] = []
  const hooks = new Map<keyof Spending, () => Promise<void> | void>()
  const calls: string[] = []
  const expire = (): void => {
    for (const row of rows.values()) {
      if (row.state !== 'open' || row.expiresAt > now()) continue
      row.state = 'expired'
      if (row.request.dispatched) row.settledNanos = row.request.amount.amountNanos
    }
  }
  const sum = (budget: string, of: (row: Row) => bigint): bigint =>
    [...rows.values()].filter(({ request }) => request.budget === budget).reduce((total, row) => total + of(row), 0n)
  const reservedNanos = (budget: string): bigint => {
    expire()
    return sum(budget, ({ state, request }) => (state === 'open' ? request.amount.amountNanos : 0n))
  }
  const settledNanos = (budget: string): bigint =>
    sum(budget, (row) => row.settledNanos ?? 0n) +
    [...recorded.values()].reduce((total, one) => (one.budget === budget ? total + one.nanos : total), 0n)
  const failAt = (member: keyof Spending, when: 'before' | 'after'): void => {
    const failure = failures.find((one) => one.member === member && one.when === when && one.times > 0)
    if (!failure) return
    failure.times -= 1
    throw new Refused('unavailable')
  }
  const call = async <Result>(member: keyof Spending, effect: () => Result): Promise<Result> => {
    failAt(member, 'before')
    expire()
    const result = effect()
    await hooks.get(member)?.()
    failAt(member, 'after')
    calls.push(member)
    return result
  }
  const rowOf = (id: string): Row => {
    const row = rows.get(id)
    if (!row) throw new Refused('unknown_reservation')
    return row
  }
  return {
    rows,
    calls,
    reservedNanos,
    settledNanos,
    setLimit: (budget, limitNanos, renewsAt) => void limits.set(budget, { limitNanos, renewsAt: renewsAt ?? null }),
    fail: (member, when, times = 1) => void failures.push({ member, when, times }),
    onCall: (member, run) => void hooks.set(member, run),
    reserve: (request) =>
      call('reserve', () => {
        const known = rows.get(request.id)
        const amount = request.amount.amountNanos
        if (known) {
          if (known.request.budget !== request.budget || known.request.amount.amountNanos !== amount)
            throw new Refused('key_conflict')
          return { state: known.state, expiresAt: new Date(known.expiresAt) }
        }
        const limit = limits.get(request.budget)
        if (!limit) throw new Refused('unknown_budget', request.budget)
        const left = limit.limitNanos - reservedNanos(request.budget) - settledNanos(request.budget)
        if (left < amount) throw new Refused('exceeded', request.budget, usd(left), limit.renewsAt)
        const row: Row = {
          request,
          state: 'open',
          expiresAt: now() + request.lifetimeMs,
          settledNanos: null,
          late: false,
        }
        rows.set(request.id, row)
        return { state: row.state, expiresAt: new Date(row.expiresAt) }
      }),
    extend: (id, { lifetimeMs }) =>
      call('extend', () => {
        const row = rowOf(id)
        if (row.state !== 'open') throw new Refused('ended')
        row.expiresAt = now() + lifetimeMs
      }),
    settle: (id, cost) =>
      call('settle', () => {
        const row = rowOf(id)
        if (row.state === 'settled') {
          if (row.settledNanos !== cost.amountNanos) throw new Refused('already_settled')
          return
        }
        row.late = row.state !== 'open'
        row.state = 'settled'
        row.settledNanos = cost.amountNanos
      }),
    release: (id) =>
      call('release', () => {
        const row = rowOf(id)
        if (row.state === 'settled' || row.state === 'expired') throw new Refused('ended')
        row.state = 'released'
      }),
    record: ({ id, budget, cost }) =>
      call('record', () => {
        const known = recorded.get(id)
        if (known && known.nanos !== cost.amountNanos) throw new Refused('key_conflict')
        recorded.set(id, { budget, nanos: cost.amountNanos })
      }),
  }
}
