import { createHash } from 'node:crypto'
import { type CostOrigin, unknownOrigin } from './budget-match.ts'
import { createInputProblems, expectAmount, expectBudget, expectId, expectLifetime } from './input-problems.ts'
import type { AdjustItem, ExtendItem, FinishItem, ReserveItem } from './ledger-store.ts'
import type { Money } from './money.ts'
import { isQuote, type Quote, readCost } from './quote.ts'
import type { AdjustmentRequest, ExtendRequest, RecordRequest, ReservationRequest } from './reservation.ts'

const defaultLifetimeMs = 600_000

/** What the store needs of a request; all problems of it at once. */
export function toReserveItem(request: ReservationRequest, createId: () => string): ReserveItem {
  const { budget, id, lifetimeMs = defaultLifetimeMs, ifLost = 'bound', dispatched, reference = null } = request
  const problems = createInputProblems()
  const { money, details } = readCost(request.amount)
  expectBudget(problems, 'budget', budget)
  expectAmount(problems, 'amount', money)
  expectLifetime(problems, 'lifetimeMs', lifetimeMs)
  if (id !== undefined) expectId(problems, 'id', id)
  if (typeof ifLost === 'object') {
    expectAmount(problems, 'ifLost', ifLost)
    const same = ifLost.currency === money.currency
    problems.expect(same, 'ifLost', `is in ${ifLost.currency}; the amount is in ${money.currency}.`)
  }
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

export function toSettleItem(id: string, cost: Money | Quote): FinishItem {
  const problems = createInputProblems()
  const { money, details } = readCost(cost)
  expectId(problems, 'id', id)
  expectAmount(problems, 'cost', money)
  problems.assertNone()
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

export function toRecordItem(request: RecordRequest, createId: () => string): FinishItem {
  const { id, budget, cost, reference } = request
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.assertNone()
  return { ...toSettleItem(id ?? createId(), cost), ...toOrigin(cost, request), budget, reference: reference ?? null }
}

export function toReleaseItem(id: string, reason: string | null): FinishItem {
  const problems = createInputProblems()
  expectId(problems, 'id', id)
  problems.assertNone()
  const nothing = { currency: null, costNanos: 0n, fingerprint: '', budget: null, reference: null, details: null }
  return { id, kind: 'release', reason, ...nothing, ...unknownOrigin }
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
  const size = by.amountNanos < 0n ? { ...by, amountNanos: -by.amountNanos, toJSON: () => by.toJSON() } : by
  expectAmount(problems, 'by', size)
  if ('budget' in of) expectBudget(problems, 'of/budget', of.budget)
  else expectId(problems, 'of/reservation', of.reservation)
  problems.assertNone()
  const whose =
    'budget' in of ? { budget: of.budget, reservation: null } : { budget: null, reservation: of.reservation }
  return { id, ...whose, currency: by.currency, byNanos: by.amountNanos, reason, actor: actor ?? null }
}

/** Who bills it and for what: as the request says, else as its quote does. */
export function toOrigin(
  cost: Money | Quote,
  { vendor, meter }: Pick<ReservationRequest, 'vendor' | 'meter'>,
): CostOrigin {
  const problems = createInputProblems()
  if (vendor !== undefined) expectId(problems, 'vendor', vendor)
  if (meter !== undefined) expectId(problems, 'meter', meter)
  problems.assertNone()
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
