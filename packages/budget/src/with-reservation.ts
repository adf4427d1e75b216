import { BudgetError, isBudgetError } from './budget-error.ts'
import type { TenantLedger, WorkContext, WorkRequest } from './ledger.ts'
import type { LedgerHost } from './ledger-host.ts'
import type { FinishItem } from './ledger-store.ts'
import { createMoney, type Money } from './money.ts'
import { createQuote, isQuote, type Quote, readCost } from './quote.ts'
import type { Reservation, ReservationRequest } from './reservation.ts'
import { toOrigin, toRecordItem, toReleaseItem, toSettleItem } from './store-items.ts'

export interface WorkLedger extends Pick<TenantLedger, 'extend'> {
  /** One that is marked `unreserved` is not in the books: the store is away, and its budget is open. */
  reserve(request: ReservationRequest): Promise<Reservation>
  /** Ends the reservation; never rejects, and does not wait for a store that is away. */
  book(item: FinishItem, onProblem: WorkRequest['onUnsettled']): Promise<void>
}

interface WorkParts {
  readonly ledger: WorkLedger
  readonly host: Pick<LedgerHost, 'after'>
}

type Work<Result> = (spend: (cost: Money | Quote) => void, context: WorkContext) => Promise<Result>

/** Reserves, works, and settles or releases on every way out. */
export async function runWithReservation<Result>(
  { ledger, host }: WorkParts,
  work: WorkRequest,
  run: Work<Result>,
): Promise<Result> {
  const { upTo, onUnsettled, ...request } = work
  // The work may cost from its first moment on: a lost process leaves the whole amount booked, not nothing.
  const reservation = await ledger.reserve({ ...request, amount: upTo, dispatched: true })
  assertHeld(reservation)
  const reserved = !reservation.marks.includes('unreserved')
  // A repeated id has what is left of its first lifetime.
  if (reserved && request.id !== undefined) await ledger.extend(reservation.id)
  const stopExtending = reserved
    ? keepAlive({ ledger, host }, reservation.id, request.lifetimeMs ?? defaultLifetimeMs)
    : () => {}
  const end = (cost: Money | Quote | undefined) =>
    ledger.book(reserved ? toEndItem(reservation, cost) : toUnreservedItem(reservation, work, cost), onUnsettled)
  const spent: (Money | Quote)[] = []
  const spend = (cost: Money | Quote) => {
    assertSpendable(cost, spent[0] ? [spent[0]] : [reservation.amount, upTo])
    spent.push(cost)
  }
  const signal = request.signal ?? new AbortController().signal
  try {
    const result = await endFailed(
      () => run(spend, { reservation, signal }),
      () => end(sumCosts(spent)),
    )
    // The result is there and paid for, whatever happens to its settlement.
    await end(sumCosts(spent) ?? upTo)
    return result
  } finally {
    stopExtending()
  }
}

/** A repeated id returns its reservation whatever became of it; what has ended holds nothing. */
function assertHeld({ id, state }: Reservation): void {
  if (state === 'open') return
  throw new BudgetError(
    'ended',
    `The reservation ${id} is ${state}: it holds nothing for this work. What is done again needs an id of its own.`,
  )
}

const defaultLifetimeMs = 600_000

/** Undefined: the work failed before it did cost anything. */
function toEndItem({ id }: Reservation, cost: Money | Quote | undefined): FinishItem {
  return cost ? toSettleItem(id, cost) : toReleaseItem(id, 'The work failed before it did cost anything.')
}

/** Also when it did cost nothing: what was reserved without an answer ends by it, too. */
function toUnreservedItem(
  { id, budget, amount }: Reservation,
  { upTo, reference, ...request }: WorkRequest,
  cost: Money | Quote | undefined,
): FinishItem {
  const item = toRecordItem({ id, budget, cost: cost ?? createMoney(amount.currency, 0n) }, () => id)
  return { ...item, ...toOrigin(upTo, request), reference: reference ?? null }
}

/** Lets the error of work pass, after its reservation has ended. */
async function endFailed<Result>(work: () => Promise<Result>, end: () => Promise<void>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    // What the work threw is the news, also when its costs cannot be booked.
    await end().catch(() => undefined)
    throw error
  }
}

/** Extends at half of the lifetime, so that only a dead process lets the reservation expire. Returns how to stop. */
function keepAlive({ ledger, host }: WorkParts, id: string, lifetimeMs: number): () => void {
  let stop = () => {}
  let stopped = false
  const schedule = () => {
    stop = host.after(Math.ceil(lifetimeMs / 2), async () => {
      const ended = await ledger.extend(id).then(
        () => false,
        (error: unknown) => isBudgetError(error) && error.code === 'ended',
      )
      if (!ended && !stopped) schedule()
    })
  }
  schedule()
  return () => {
    stopped = true
    stop()
  }
}

/** In the currency of the budget, or in that of what was asked for; all of one work in the same. */
function assertSpendable(cost: Money | Quote, allowed: readonly (Money | Quote)[]): void {
  const { money } = readCost(cost)
  const currencies = allowed.map((one) => readCost(one).money.currency)
  if (money.amountNanos < 0n) throw new BudgetError('invalid_input', `${money.toJSON()} is below zero; a cost is not.`)
  if (currencies.includes(money.currency)) return
  const expected = [...new Set(currencies)].join(' or ')
  throw new BudgetError('currency_mismatch', `What is spent is in ${money.currency}; it must be in ${expected}.`)
}

/** Several costs as one: quotes keep all their lines, and are rounded once. Undefined for none. */
function sumCosts(spent: readonly (Money | Quote)[]): Money | Quote | undefined {
  const [first] = spent
  if (!first || spent.length === 1) return first
  const quotes = spent.filter(isQuote)
  const [quote] = quotes
  if (quote && quotes.length === spent.length) {
    const { amount, toJSON: _, usage: _usage, ...shared } = quote
    return createQuote({
      ...shared,
      currency: amount.currency,
      vendor: [...new Set(quotes.map(({ vendor }) => vendor))].join('+'),
      model: quotes.every(({ model }) => model === quote.model) ? quote.model : null,
      lines: quotes.flatMap(({ lines }) => lines),
    })
  }
  const amounts = spent.map((cost) => readCost(cost).money)
  return createMoney(
    amounts[0]?.currency ?? '',
    amounts.reduce((sum, { amountNanos }) => sum + amountNanos, 0n),
  )
}
