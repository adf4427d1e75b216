import type { Alert } from './alert.ts'
import type { BudgetBalance, BudgetMatch } from './budget.ts'
import type { StoredMatch } from './budget-match.ts'
import type { Entry } from './entry.ts'
import type { AlertRow, EntryRow, PeriodRow, ReservationRow } from './ledger-store.ts'
import { createMoney } from './money.ts'
import type { Reservation } from './reservation.ts'

export function toBalance(row: PeriodRow): BudgetBalance {
  const { budget, state, enforcement, currency, limitNanos, carriedInNanos, reservedNanos, settledNanos } = row
  return {
    budget,
    state,
    enforcement,
    limit: limitNanos === null ? null : createMoney(currency, limitNanos),
    reserved: createMoney(currency, reservedNanos),
    settled: createMoney(currency, settledNanos),
    available:
      limitNanos === null ? null : createMoney(currency, limitNanos + carriedInNanos - reservedNanos - settledNanos),
    timeZone: row.timeZone,
    startsAt: new Date(row.startsAt),
    endsAt: toDate(row.endsAt),
    ...(row.match ? { match: toMatch(row.match) } : {}),
  }
}

function toMatch({ vendor, meter }: StoredMatch): BudgetMatch {
  return { ...(vendor === null ? {} : { vendor }), ...(meter === null ? {} : { meter }) }
}

export function toReservation(row: ReservationRow): Reservation {
  const { id, budget, currency, amountNanos, state, settledNanos, marks, expiresAt, levels } = row
  return {
    id,
    budget,
    amount: createMoney(currency, amountNanos),
    state,
    settled: settledNanos === null ? null : createMoney(currency, settledNanos),
    marks,
    expiresAt: new Date(expiresAt),
    levels: levels.map(toBalance),
  }
}

export function toEntry(row: EntryRow): Entry {
  const { position, kind, budget, currency, reservedNanos, settledNanos, reservation, marks } = row
  const entry = {
    kind,
    budget,
    reservedChange: createMoney(currency, reservedNanos),
    settledChange: createMoney(currency, settledNanos),
    reservation,
    marks,
    at: new Date(row.at),
    actor: row.actor,
    reason: row.reason,
    reference: row.reference,
    details: row.details,
  }
  return { position, ...entry, toJSON: () => ({ position: position.toString(), ...entry }) }
}

export function toAlert(row: AlertRow): Alert {
  const { alertId, budget, currency, rule, of, limitNanos, availableNanos } = row
  return {
    id: alertId,
    budget,
    at: new Date(row.at),
    rule,
    of,
    threshold: createMoney(currency, row.thresholdNanos),
    before: createMoney(currency, row.beforeNanos),
    after: createMoney(currency, row.afterNanos),
    limit: limitNanos === null ? null : createMoney(currency, limitNanos),
    available: availableNanos === null ? null : createMoney(currency, availableNanos),
    periodStartsAt: new Date(row.periodStartsAt),
    periodEndsAt: toDate(row.periodEndsAt),
    contributors: row.contributors.map(({ budget: name, amountNanos }) => ({
      budget: name,
      amount: createMoney(currency, amountNanos),
    })),
    models: row.models.map(({ vendor, model, amountNanos }) => ({
      vendor,
      model,
      amount: createMoney(currency, amountNanos),
    })),
  }
}

export function toDate(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
