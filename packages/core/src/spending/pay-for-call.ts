import type { AgencyId, CreatorId } from '../model/ids.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import type { MeterPrice, MeterUse } from '../platform/platform-meters.ts'
import { nameError } from '../publishing/name-error.ts'
import { type AttemptSpendingDependencies, noPrice, spendingOf } from './attempt-spending.ts'
import { type BudgetRefusal, toBudgetRefusal } from './budget-hold.ts'
import { toUsdMoney } from './money.ts'
import { priceUses, sumUses } from './priced-use.ts'
import type { Spending } from './spending.ts'

/** Longer than any read or removal may take; what a lost process leaves is booked in full then. */
const LIFETIME_MS = 120_000
const RESERVE_TIMEOUT_MS = 5_000

/** A read or a removal that costs money. */
export interface PaidCall<Result> {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly reference: string
  readonly prices: readonly MeterPrice[]
  /** What it may use at most. */
  readonly uses: readonly MeterUse[]
  /** What it did use. Default: all of it. */
  usesOf?(result: Result): readonly MeterUse[]
  /** The database's clock. */
  readonly now: number
}

/** Reserves, calls, and settles or releases. Throws `BudgetRefused` without a call when the budget refuses. */
export type PayForCall = <Result>(paid: PaidCall<Result>, call: () => Promise<Result>) => Promise<Result>

/** Nothing was called. */
export class BudgetRefused extends Error {
  override readonly name = 'BudgetRefused'
  readonly refusal: BudgetRefusal

  constructor(refusal: BudgetRefusal) {
    super(refusal.hold.message)
    this.refusal = refusal
  }
}

export function createPayForCall(
  dependencies: AttemptSpendingDependencies & { readonly createCallId: () => string },
): PayForCall {
  return async (paid, call) => {
    const { lines } = priceUses(paid.uses, paid.prices, paid.now)
    const amountNanos = sumUses(lines)
    const reserved = await reserve(dependencies, paid, amountNanos)
    if (!reserved) return call()
    const { ledger, id } = reserved
    const end = async (run: () => Promise<unknown>): Promise<void> => {
      try {
        await run()
      } catch (error) {
        dependencies.log({ level: 'warn', message: 'a paid call is booked when it expires', error: nameError(error) })
      }
    }
    try {
      const result = await call()
      const used = paid.usesOf ? sumUses(priceUses(paid.usesOf(result), paid.prices, paid.now).lines) : amountNanos
      await end(() => ledger.settle(id, toUsdMoney(used)))
      return result
    } catch (error) {
      await end(() => (isBilled(error) ? ledger.settle(id, toUsdMoney(amountNanos)) : ledger.release(id)))
      throw error
    }
  }
}

/** A refusal costs nothing; an answer that was lost may have. */
const isBilled = (error: unknown): boolean =>
  !isPlatformError(error) || error.code === 'outcome_unknown' || error.code === 'bad_response'

async function reserve<Result>(
  dependencies: AttemptSpendingDependencies & { readonly createCallId: () => string },
  { agencyId, creatorId, platform, reference, prices, uses, now }: PaidCall<Result>,
  amountNanos: bigint,
): Promise<{ readonly ledger: Spending; readonly id: string } | null> {
  const { unpriced } = priceUses(uses, prices, now)
  if (unpriced.length === 0 && amountNanos === 0n) return null
  let budget = 'unknown'
  try {
    const { tenant, ...spender } = await dependencies.readSpender(agencyId, creatorId)
    budget = dependencies.budgetOf({ ...spender, platform })
    if (unpriced.length > 0) throw noPrice(unpriced)
    const ledger = spendingOf(dependencies.spending, tenant)
    const id = dependencies.createCallId()
    const amount = toUsdMoney(amountNanos)
    const giveUp = new AbortController()
    const stopTimer = dependencies.after(RESERVE_TIMEOUT_MS, () => giveUp.abort(new Error('reserving took too long')))
    const request = { id, budget, amount, lifetimeMs: LIFETIME_MS, dispatched: true, reference } as const
    const reserved = await ledger.reserve({ ...request, signal: giveUp.signal }).finally(stopTimer)
    return reserved && { ledger, id }
  } catch (error) {
    throw new BudgetRefused(toBudgetRefusal(error, budget, now))
  }
}
