import type { AgencyId, CreatorId } from '../model/ids.ts'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import { nameError } from '../publishing/name-error.ts'
import { type AttemptSpendingDependencies, noPrice, spendingOf } from './attempt-spending.ts'
import { toUsdMoney } from './money.ts'
import { priceUses, sumUses } from './priced-use.ts'

/** A read that a person waits for and that was made. */
export interface BookedCall {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly platform: string
  readonly reference: string
  readonly meters: PlatformMeters
  /** The database's clock. */
  readonly now: number
}

/** Books the read of a profile whose account was connected: nobody is kept from connecting. Never throws; what cannot be booked is logged. */
export type BookCall = (call: BookedCall) => Promise<void>

export function createBookCall({
  spending,
  budgetOf,
  readSpender,
  log,
  createCallId,
}: AttemptSpendingDependencies & { readonly createCallId: () => string }): BookCall {
  return async ({ agencyId, creatorId, platform, reference, meters, now }) => {
    const { lines, unpriced } = priceUses(meters.usesOfAccount?.() ?? [], meters.prices, now)
    try {
      if (unpriced.length > 0) throw noPrice(unpriced)
      const cost = toUsdMoney(sumUses(lines))
      if (cost.amountNanos === 0n) return
      const { tenant, ...spender } = await readSpender(agencyId, creatorId)
      const budget = budgetOf({ ...spender, platform })
      await spendingOf(spending, tenant).record({ id: createCallId(), budget, cost, reference })
    } catch (error) {
      log({ level: 'warn', message: 'the read of a profile could not be booked', platform, error: nameError(error) })
    }
  }
}
