import { createHash } from 'node:crypto'
import { type CostOrigin, unknownOrigin } from './budget-match.ts'
import {
  createInputProblems,
  expectAmount,
  expectBudget,
  expectId,
  expectLifetime,
  expectNote,
  type InputProblems,
} from './input-problems.ts'
import type { CheckRequest } from './ledger.ts'
import type { AdjustItem, ExtendItem, FinishItem, ReserveItem } from './ledger-store.ts'
import { createMoney, type Money } from './money.ts'
import { isQuote, type Quote, readCost } from './quote.ts'
import type { AdjustmentRequest, ExtendRequest, RecordRequest, ReservationRequest } from './reservation.ts'
import { toStorable } from './storable-text.ts'

const defaultLifetimeMs = 600_000

/** What the store needs of a request; all problems of it at once. */
export function toReserveItem(request: ReservationRequest, createId: () => string): ReserveItem {
  const { budget, id, lifetimeMs = defaultLifetimeMs, ifLost = 'bound', dispatched, reference = null } = request
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  const { money, details } = expectCost(problems, 'amount', request.amount)
  expectLifetime(problems, 'lifetimeMs', lifetimeMs)
  if (id !== undefined) expectId(problems, 'id', id)
  if (ifLost !== 'bound' && ifLost !== 'none') {
    expectAmount(problems, 'ifLost', ifLost)
    const currency = ifLost?.currency ?? money.currency
    problems.expect(currency === money.currency, 'ifLost', `is in ${currency}; the amount is in ${money.currency}.`)
  }
  expectOrigin(problems, request)
  expectNote(problems, 'reference', reference)
  problems.assertNone()
  const item = {
    budget,
    currency: money.currency,
    amountNanos: money.amountNanos,
    lifetimeMs,
    ifLostNanos: ifLost === 'bound' ? null : ifLost === 'none' ? 0n : ifLost.amountNanos,
    dispatched: dispatched === true ? 'yes' : 'no',
    reference,
    details,
    ...toOrigin(request.amount, request),
  } as const
  // An id of our own is used once: nothing can conflict with it.
  return id === undefined
    ? { ...item, id: createId(), fingerprint: '' }
    : { ...item, id, fingerprint: toFingerprint(item) }
}

/** What is asked before anything is reserved. */
export interface CheckedCost extends ReadCost {
  readonly origin: CostOrigin
}

export function toCheckedCost(request: CheckRequest): CheckedCost {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', request.budget)
  const cost = expectCost(problems, 'amount', request.amount)
  expectOrigin(problems, request)
  problems.assertNone()
  return { ...cost, origin: toOrigin(request.amount, request) }
}

export function toSettleItem(id: string, cost: Money | Quote): FinishItem {
  const problems = createInputProblems()
  expectId(problems, 'id', id)
  const read = expectCost(problems, 'cost', cost)
  problems.assertNone()
  return toSettlement(id, read)
}

export function toRecordItem(request: RecordRequest, createId: () => string): FinishItem {
  const { id, budget, cost, reference = null } = request
  const problems = createInputProblems()
  if (id !== undefined) expectId(problems, 'id', id)
  expectBudget(problems, 'budget', budget)
  const read = expectCost(problems, 'cost', cost)
  expectOrigin(problems, request)
  expectNote(problems, 'reference', reference)
  problems.assertNone()
  return { ...toSettlement(id ?? createId(), read), ...toOrigin(cost, request), budget, reference }
}

function toSettlement(id: string, { money, details }: ReadCost): FinishItem {
  const { currency, amountNanos: costNanos } = money
  const fingerprint = details === null ? '' : toFingerprint({ details })
  const own = { budget: null, reference: null, reason: null, ...unknownOrigin }
  return {
    id,
    kind: 'settle',
    currency,
    costNanos,
    fingerprint: `${costNanos} ${currency} ${fingerprint}`,
    details,
    ...own,
  }
}

export function toReleaseItem(id: string, reason: string | null): FinishItem {
  const problems = createInputProblems()
  expectId(problems, 'id', id)
  problems.assertNone()
  const nothing = { currency: null, costNanos: 0n, fingerprint: '', budget: null, reference: null, details: null }
  return { id, kind: 'release', reason: reason && toStorable(reason), ...nothing, ...unknownOrigin }
}

export function toExtendItem(id: string, { lifetimeMs, by, key }: ExtendRequest): ExtendItem {
  const problems = createInputProblems()
  expectId(problems, 'id', id)
  expectLifetime(problems, 'lifetimeMs', lifetimeMs)
  if (by !== undefined) {
    expectAmount(problems, 'by', by)
    expectId(problems, 'key', key)
  }
  problems.assertNone()
  return {
    id,
    lifetimeMs: lifetimeMs ?? null,
    byNanos: by?.amountNanos ?? 0n,
    currency: by?.currency ?? null,
    key: key ?? '',
    fingerprint: by === undefined ? '' : by.toJSON(),
    dispatched: 'unchanged',
    details: null,
  }
}

export function toAdjustItem({ id, of, by, reason, actor }: AdjustmentRequest): AdjustItem {
  const problems = createInputProblems()
  expectId(problems, 'id', id)
  expectId(problems, 'reason', reason)
  expectNote(problems, 'actor', actor)
  expectAmount(problems, 'by', by?.amountNanos < 0n ? createMoney(by.currency, -by.amountNanos) : by)
  const budget = of && 'budget' in of ? of.budget : null
  const reservation = of && 'reservation' in of ? of.reservation : null
  if (budget === null) expectId(problems, 'of/reservation', reservation)
  else expectBudget(problems, 'of/budget', budget)
  problems.assertNone()
  const { currency, amountNanos: byNanos } = by
  const fingerprint = JSON.stringify([reservation, budget, byNanos.toString(), currency])
  return { id, budget, reservation, currency, byNanos, fingerprint, reason, actor: actor ?? null }
}

type ReadCost = ReturnType<typeof readCost>

const noCost: ReadCost = { money: createMoney('USD', 0n), details: null }

/** The amount that is given, or nothing, which is noted. */
function expectCost(problems: InputProblems, path: string, cost: Money | Quote | null | undefined): ReadCost {
  const read = typeof cost === 'object' && cost !== null ? readCost(cost) : null
  expectAmount(problems, path, read?.money)
  return read ?? noCost
}

function expectOrigin(problems: InputProblems, { vendor, meter }: Origin): void {
  if (vendor !== undefined) expectId(problems, 'vendor', vendor)
  if (meter !== undefined) expectId(problems, 'meter', meter)
}

type Origin = Pick<ReservationRequest, 'vendor' | 'meter'>

/** Who bills it and for what: as the request says, else as its quote does. */
export function toOrigin(cost: Money | Quote, { vendor, meter }: Origin): CostOrigin {
  const used = isQuote(cost) ? cost.lines.filter(({ quantity }) => quantity > 0n).map((line) => line.meter) : []
  return {
    vendor: vendor ?? (isQuote(cost) ? cost.vendor : null),
    meters: meter === undefined ? [...new Set(used)] : [meter],
  }
}

function toFingerprint(value: object): string {
  const text = JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? inner.toString() : inner))
  return createHash('sha256').update(text).digest('base64url')
}
