import { unknownOrigin } from '../budget-match.ts'
import type {
  AdjustItem,
  EntryRow,
  ExtendItem,
  FinishItem,
  ReservationRow,
  ReserveItem,
  StoreAnswer,
  StoreRefusal,
} from '../ledger-store.ts'
import { findRefusal } from '../refusal.ts'
import type { ReservationMark } from '../reservation.ts'
import { type Books, book, type ReservationRecord, toPeriodRow, toReservationRow } from './books.ts'
import { resolvePath } from './budgets.ts'

export function reserve(books: Books, item: ReserveItem, now: number): StoreAnswer<ReservationRow> {
  const known = books.reservations.get(item.id)
  if (known) return answerRepeat(known, item)
  const path = resolvePath(books, item, now)
  if ('status' in path) return path
  const mismatch = findMismatch(path, item.currency)
  if (mismatch) return mismatch
  const refusal = findRefusal(path.map(toPeriodRow), item.amountNanos, now)
  if (refusal?.status === 'exceeded' && sweep(books, Number.POSITIVE_INFINITY, now) > 0)
    return reserve(books, item, now)
  if (refusal) return refusal
  const { id, budget, currency, amountNanos, lifetimeMs, fingerprint, reference, ifLostNanos } = item
  const record: ReservationRecord = {
    id,
    budget,
    currency,
    amountNanos,
    state: 'open',
    settledNanos: null,
    marks: [],
    expiresAt: now + lifetimeMs,
    lifetimeMs,
    path,
    fingerprint,
    reference,
    finishFingerprint: null,
    dispatched: item.dispatched === 'yes',
    ifLostNanos,
  }
  books.reservations.set(id, record)
  const details = parse(item.details)
  book(books, { ...toEntryOf(record), kind: 'reserve', reservedNanos: amountNanos, details }, now)
  return done(record)
}

function answerRepeat(known: ReservationRecord, item: ReserveItem): StoreAnswer<ReservationRow> {
  if (known.marks.includes('unreserved')) return { status: 'already_settled' }
  return known.fingerprint === item.fingerprint ? done(known) : { status: 'key_conflict' }
}

export function finish(books: Books, item: FinishItem, now: number): StoreAnswer<ReservationRow> {
  const record = books.reservations.get(item.id)
  if (!record) return item.kind === 'settle' ? recordUnreserved(books, item, now) : { status: 'unknown_reservation' }
  if (item.kind === 'release') return release(books, { record, item }, now)
  if (record.state === 'settled') {
    return record.finishFingerprint === item.fingerprint ? done(record) : { status: 'already_settled' }
  }
  if (item.currency !== record.currency) {
    return { status: 'currency_mismatch', budget: record.budget, currency: record.currency }
  }
  const marks: ReservationMark[] = []
  if (record.state !== 'open') marks.push('late')
  if (item.costNanos > record.amountNanos) marks.push('over')
  settle(books, { record, item, marks }, now)
  return done(record)
}

interface Settling {
  readonly record: ReservationRecord
  readonly item: FinishItem
  readonly marks: readonly ReservationMark[]
}

function settle(books: Books, { record, item, marks }: Settling, now: number): void {
  const reservedNanos = record.state === 'open' ? -record.amountNanos : 0n
  const settledNanos = item.costNanos - (record.settledNanos ?? 0n)
  Object.assign(record, { state: 'settled', settledNanos: item.costNanos, marks, finishFingerprint: item.fingerprint })
  const { reason } = item
  const details = parse(item.details)
  book(books, { ...toEntryOf(record), kind: 'settle', reservedNanos, settledNanos, marks, reason, details }, now)
}

function release(
  books: Books,
  { record, item }: Pick<Settling, 'record' | 'item'>,
  now: number,
): StoreAnswer<ReservationRow> {
  if (record.state === 'settled') return { status: 'already_settled' }
  if (record.state === 'released' || (record.state === 'expired' && record.settledNanos === null)) return done(record)
  const reservedNanos = record.state === 'open' ? -record.amountNanos : 0n
  const settledNanos = -(record.settledNanos ?? 0n)
  Object.assign(record, { state: 'released', settledNanos: null, marks: [] })
  const { reason } = item
  book(books, { ...toEntryOf(record), kind: 'release', reservedNanos, settledNanos, reason }, now)
  return done(record)
}

function recordUnreserved(books: Books, item: FinishItem, now: number): StoreAnswer<ReservationRow> {
  const { budget } = item
  const path =
    budget === null ? { status: 'unknown_reservation' as const } : resolvePath(books, { ...item, budget }, now)
  const refusal = 'status' in path ? path : findMismatch(path, item.currency)
  if ('status' in path || refusal || budget === null || item.currency === null) {
    // Kept, so that nothing that was spent is forgotten.
    books.unmatched.set(item.id, item.costNanos)
    return refusal ?? { status: 'unknown_reservation' }
  }
  const record: ReservationRecord = {
    id: item.id,
    budget,
    currency: item.currency,
    amountNanos: 0n,
    state: 'open',
    settledNanos: null,
    marks: [],
    expiresAt: now,
    lifetimeMs: 0,
    path,
    fingerprint: item.fingerprint,
    reference: item.reference,
    finishFingerprint: null,
    dispatched: false,
    ifLostNanos: 0n,
  }
  books.reservations.set(item.id, record)
  books.unmatched.delete(item.id)
  book(books, { ...toEntryOf(record), kind: 'reserve', marks: ['unreserved'] }, now)
  settle(books, { record, item, marks: ['unreserved'] }, now)
  return done(record)
}

export function extend(books: Books, item: ExtendItem, now: number): StoreAnswer<ReservationRow> {
  const record = books.reservations.get(item.id)
  if (!record) return { status: 'unknown_reservation' }
  const key = JSON.stringify(['extend', item.id, item.key])
  const { fingerprint } = item
  const before = item.byNanos > 0n ? books.done.get(key) : undefined
  if (before) return before.fingerprint === fingerprint ? done(record) : { status: 'key_conflict' }
  if (record.state !== 'open') return { status: 'ended' }
  if (item.byNanos > 0n) {
    if (item.currency !== record.currency) {
      return { status: 'currency_mismatch', budget: record.budget, currency: record.currency }
    }
    const refusal = findRefusal(record.path.map(toPeriodRow), item.byNanos, 'whenever')
    if (refusal) return refusal
    record.amountNanos += item.byNanos
    const details = parse(item.details)
    const entry = book(books, { ...toEntryOf(record), kind: 'extend', reservedNanos: item.byNanos, details }, now)
    books.done.set(key, { fingerprint, entry })
  }
  if (item.lifetimeMs !== 'keep') {
    record.expiresAt = Math.max(record.expiresAt, now + (item.lifetimeMs ?? record.lifetimeMs))
  }
  if (item.dispatched === 'yes' && !record.dispatched) {
    record.dispatched = true
    book(books, { ...toEntryOf(record), kind: 'dispatch' }, now)
  }
  return done(record)
}

export function adjust(books: Books, item: AdjustItem, now: number): StoreAnswer<EntryRow> {
  const key = JSON.stringify(['adjust', item.id])
  const { reservation, byNanos, currency, fingerprint, actor, reason } = item
  const before = books.done.get(key)
  if (before)
    return before.fingerprint === fingerprint ? { status: 'done', row: before.entry } : { status: 'key_conflict' }
  const record = reservation === null ? undefined : books.reservations.get(reservation)
  if (reservation !== null && !record) return { status: 'unknown_reservation' }
  const budget = record?.budget ?? item.budget ?? ''
  const path = record?.path ?? resolvePath(books, { budget, ...unknownOrigin }, now)
  if ('status' in path) return path
  const mismatch = findMismatch(path, currency)
  if (mismatch) return mismatch
  const of = record ? toEntryOf(record) : { budget, currency, path }
  const entry = book(books, { ...of, kind: 'adjust', settledNanos: byNanos, actor, reason }, now)
  books.done.set(key, { fingerprint, entry })
  return { status: 'done', row: entry }
}

export function isDue({ reservations }: Books, now: number): boolean {
  return [...reservations.values()].some((record) => hasExpired(record, now))
}

function hasExpired({ state, expiresAt }: ReservationRecord, now: number): boolean {
  return state === 'open' && expiresAt <= now
}

/** Ends what has expired, the oldest first. */
export function sweep(books: Books, max: number, now: number): number {
  const due = [...books.reservations.values()].filter((record) => hasExpired(record, now))
  const inOrder = due.toSorted((one, other) => one.expiresAt - other.expiresAt || (one.id < other.id ? -1 : 1))
  const taken = inOrder.slice(0, max)
  for (const record of taken) {
    const settledNanos = record.dispatched ? (record.ifLostNanos ?? record.amountNanos) : 0n
    const marks: ReservationMark[] = settledNanos > 0n ? ['provisional'] : []
    Object.assign(record, { state: 'expired', settledNanos: settledNanos > 0n ? settledNanos : null, marks })
    const reservedNanos = -record.amountNanos
    book(books, { ...toEntryOf(record), kind: 'expire', reservedNanos, settledNanos, marks }, now)
  }
  return taken.length
}

/** What each entry of a reservation says. */
function toEntryOf({ id, budget, currency, path, reference }: ReservationRecord) {
  return { budget, currency, path, reservation: id, reference }
}

function findMismatch(
  path: readonly { readonly budget: string; readonly currency: string }[],
  currency: string | null,
): StoreRefusal | undefined {
  const level = path.find((period) => period.currency !== currency)
  return level && { status: 'currency_mismatch', budget: level.budget, currency: level.currency }
}

function done(record: ReservationRecord): StoreAnswer<ReservationRow> {
  return { status: 'done', row: toReservationRow(record) }
}

function parse(details: string | null): unknown {
  return details === null ? null : JSON.parse(details)
}
