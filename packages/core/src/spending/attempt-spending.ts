import type { AgencyId, CreatorId } from '../model/ids.ts'
import type { PublicationRecord } from '../model/publication.ts'
import type { PartRequest } from '../platform/part-request.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import { fingerprintOf } from '../publishing/fingerprint.ts'
import { type BudgetRefusal, toBudgetRefusal } from './budget-hold.ts'
import { toUsdMoney } from './money.ts'
import { priceUses, sumUses } from './priced-use.ts'
import type { BudgetOf, Spending } from './spending.ts'
import type { SpendingRecord } from './spending-record.ts'

/** Long enough for S2 and the first extension; short enough that what never began is soon available again. */
const LIFETIME_MS = 600_000
const LIFETIME_LEFT_MIN_MS = 300_000
const RESERVE_TIMEOUT_MS = 5_000

/** What was asked for before an attempt. */
export interface AttemptCost {
  readonly publication: PublicationRecord
  readonly partId: string
  readonly attemptId: string
  readonly meters: PlatformMeters
  readonly request: PartRequest
  readonly facts: DestinationFacts | undefined
  /** The database's clock. */
  readonly now: number
}

export type AttemptReservation =
  | { readonly status: 'free' }
  | { readonly status: 'reserved'; readonly record: SpendingRecord }
  | ({ readonly status: 'held' } & BudgetRefusal)

/** Reserves for attempts. */
export interface AttemptSpending {
  /** Right before S2. A repetition after a crash gets the same reservation. Never throws. */
  reserve(cost: AttemptCost): Promise<AttemptReservation>
  /** S2 was refused, and nobody else can have used it. What cannot be released expires. */
  release(record: SpendingRecord): Promise<void>
}

export interface AttemptSpendingDependencies {
  readonly spending: Spending
  readonly budgetOf: BudgetOf
  /** The app's own ids. */
  readonly readSpender: ReadSpender
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly log: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

export type ReadSpender = (
  agencyId: AgencyId,
  creatorId: CreatorId,
) => Promise<{ readonly agency: string; readonly tenant: string | null; readonly creator: string }>

/** `agency/ada`. A slash in a creator's id makes no further level. */
export const defaultBudgetOf: BudgetOf = ({ creator }) =>
  `agency/${creator.replaceAll('%', '%25').replaceAll('/', '%2F')}`

/** The ledger of one agency. */
export function spendingOf(spending: Spending, tenant: string | null): Spending {
  return tenant === null ? spending : (spending.forTenant?.(tenant) ?? spending)
}

export function createAttemptSpending(dependencies: AttemptSpendingDependencies): AttemptSpending {
  return {
    async reserve(cost) {
      let budget = 'unknown'
      try {
        const { publish, lookUps, unpriced } = priceAttempt(cost)
        const amountNanos = sumUses([...publish, ...lookUps])
        if (unpriced.length === 0 && amountNanos === 0n) return { status: 'free' }
        const { agencyId, creatorId, platform } = cost.publication
        const { tenant, ...spender } = await dependencies.readSpender(agencyId, creatorId)
        budget = dependencies.budgetOf({ ...spender, platform })
        if (unpriced.length > 0) return { status: 'held', ...toBudgetRefusal(noPrice(unpriced), budget, cost.now) }
        const reserved = await reserveOnce(dependencies, cost, { tenant, budget, amountNanos })
        return reserved ? { status: 'reserved', record: { tenant, ...reserved, publish, lookUps } } : { status: 'free' }
      } catch (error) {
        return { status: 'held', ...toBudgetRefusal(error, budget, cost.now) }
      }
    },
    async release({ tenant, reservation }) {
      try {
        await spendingOf(dependencies.spending, tenant).release(reservation, { reason: 'Nothing was sent.' })
      } catch (error) {
        const name = error instanceof Error ? error.name : 'unknown'
        dependencies.log({ level: 'warn', message: 'a reservation could not be released; it expires', error: name })
      }
    },
  }
}

export const noPrice = (meters: readonly string[]): Error =>
  Object.assign(new Error(`no price is known for ${meters.join(', ')}.`), { code: 'no_price' })

function priceAttempt({ meters, request, facts, now }: AttemptCost) {
  const uses = meters.usesOfPart(request, facts)
  const publish = priceUses(uses.publish, meters.prices, now)
  const lookUps = priceUses(uses.lookUps, meters.prices, now)
  return {
    publish: publish.lines,
    lookUps: lookUps.lines,
    unpriced: [...publish.unpriced, ...lookUps.unpriced],
  }
}

interface Amount {
  readonly tenant: string | null
  readonly budget: string
  readonly amountNanos: bigint
}

/**
 * The id follows from the part, its row version and the amount: whoever repeats the step before S2 has changed anything gets the same reservation. One
 * that has ended since is replaced by one of this attempt alone.
 */
async function reserveOnce(
  { spending, after }: AttemptSpendingDependencies,
  { publication, partId, attemptId, now }: AttemptCost,
  { tenant, budget, amountNanos }: Amount,
): Promise<Pick<SpendingRecord, 'reservation' | 'budget'> | null> {
  const ledger = spendingOf(spending, tenant)
  const giveUp = new AbortController()
  const stopTimer = after(RESERVE_TIMEOUT_MS, () => giveUp.abort(new Error('reserving took too long')))
  const amount = toUsdMoney(amountNanos)
  const reserve = (id: string) =>
    ledger.reserve({
      id,
      budget,
      amount,
      lifetimeMs: LIFETIME_MS,
      reference: publication.id,
      signal: giveUp.signal,
    })
  try {
    const shared = `${partId}/${publication.version}/${fingerprintOf({ budget, amount: amount.toJSON() }).slice(0, 12)}`
    const first = await reserve(shared)
    if (!first) return null
    const { state, expiresAt, budget: paying = budget } = first
    if (state === 'open') {
      if (expiresAt.getTime() < now + LIFETIME_LEFT_MIN_MS) await ledger.extend(shared, { lifetimeMs: LIFETIME_MS })
      return { reservation: shared, budget: paying }
    }
    const own = `${partId}/${attemptId}`
    const second = await reserve(own)
    return second && { reservation: own, budget: second.budget ?? budget }
  } finally {
    stopTimer()
  }
}
