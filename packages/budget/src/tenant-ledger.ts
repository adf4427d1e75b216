import type { Batcher } from './batcher.ts'
import { isBudgetError } from './budget-error.ts'
import type { CostOrigin } from './budget-match.ts'
import type { Converter } from './convert-items.ts'
import { assertSameRate, toExchangeRate, toRateItem } from './exchange-rate.ts'
import { createInputProblems, expectBudget, expectId, isDate } from './input-problems.ts'
import type { TenantLedger } from './ledger.ts'
import type { LedgerHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type {
  ExtendItem,
  FinishAnswer,
  FinishItem,
  LedgerStore,
  PeriodRow,
  ReserveAnswer,
  ReserveItem,
  StoreAnswer,
  StoreRefusal,
} from './ledger-store.ts'
import { createMoney } from './money.ts'
import type { OpenPaths } from './open-paths.ts'
import { parseBudgetChanges, parseBudgetInput } from './parse-budget-input.ts'
import { readCost } from './quote.ts'
import { findRefusal } from './refusal.ts'
import type { Reservation, ReservationRequest } from './reservation.ts'
import type { SettlementQueue } from './settlement-queue.ts'
import {
  toAdjustItem,
  toExtendItem,
  toOrigin,
  toRecordItem,
  toReleaseItem,
  toReserveItem,
  toSettleItem,
} from './store-items.ts'
import type { Sweeper } from './sweeper.ts'
import { type Asked, toBudgetError } from './to-budget-error.ts'
import { toAlert, toBalance, toEntry, toReservation } from './to-public.ts'
import { runWithReservation, type WorkLedger } from './with-reservation.ts'

export interface TenantLedgerParts {
  readonly store: LedgerStore
  readonly host: LedgerHost
  readonly createId: () => string
  readonly reserving: Pick<Batcher<ReserveItem, ReserveAnswer>, 'push'>
  readonly finishing: Pick<Batcher<FinishItem, FinishAnswer>, 'push'>
  readonly convert: Converter
  readonly settlements: SettlementQueue
  readonly openPaths: OpenPaths
  readonly onProblem: (problem: LedgerProblem) => void
  readonly sweeper: Sweeper
  readonly assertOpen: () => void
}

const alertLeaseMs = 60_000

/** The members of a ledger for one tenant. */
export function createTenantLedger(tenant: string, parts: TenantLedgerParts): TenantLedger {
  const { host, store, createId } = parts
  const { noteUse } = parts.sweeper
  const finish = async (item: FinishItem) => {
    noteUse()
    return toReservation(unwrap(await parts.finishing.push(tenant, item), { ...item, amountNanos: item.costNanos }))
  }
  const extend = async (item: ExtendItem) => {
    const answer = await parts.convert.extend(tenant, item, (one) => store.extend(tenant, one))
    return toReservation(unwrap(answer, { ...item, amountNanos: item.byNanos }))
  }
  const readLevels = async (budget: string, origin: CostOrigin) => {
    noteUse()
    assertBudget(budget)
    return unwrap(await store.readLevels(tenant, budget, origin), {})
  }
  const ledger: TenantLedger = {
    async setBudget(budget, input) {
      const change = parseBudgetInput(budget, input)
      return toBalance(unwrap(await store.setBudget(tenant, change), { currency: change.currency }))
    },
    async changeBudget(budget, changes) {
      const patch = parseBudgetChanges(budget, changes)
      return toBalance(unwrap(await store.changeBudget(tenant, patch), { currency: patch.currency }))
    },
    async getBudget(budget, { at } = {}) {
      noteUse()
      assertPeriodAsked(budget, at)
      const row = unwrap(await store.readPeriod(tenant, budget, at?.getTime() ?? null), {})
      return { ...toBalance(row), provisional: row.provisional }
    },
    async listBudgets({ below } = {}) {
      noteUse()
      if (below !== undefined) assertBudget(below)
      return (await store.listBudgets(tenant, below ?? null)).map(toBalance)
    },
    async setState(budget, state, { reason, actor = null }) {
      assertState(budget, state, reason)
      return toBalance(unwrap(await store.setState(tenant, { budget, state, reason, actor }), {}))
    },
    async check(request) {
      const { budget, amount } = request
      const { money, details } = readCost(amount)
      const levels = await readLevels(budget, toOrigin(amount, request))
      const refusal = await findRefusalOf(tenant, parts, levels, { money, details })
      const error = refusal ? toBudgetError(refusal, money) : null
      return { allowed: error === null, levels: levels.map(toBalance), refusal: error }
    },
    async reserve(request) {
      parts.assertOpen()
      noteUse()
      return reserveOne(tenant, parts, toReserveItem(request, createId), request.signal)
    },
    getReservation: async (id) => toReservation(unwrap(await store.readReservation(tenant, id), { id })),
    dispatch: (id) => extend({ ...toExtendItem(id, {}), lifetimeMs: 'keep', dispatched: 'yes' }),
    extend: async (id, request = {}) => extend(toExtendItem(id, request)),
    settle: async (id, cost) => finish(toSettleItem(id, cost)),
    release: async (id, { reason } = {}) => finish(toReleaseItem(id, reason ?? null)),
    record: async (request) => finish(toRecordItem(request, createId)),
    async adjust(request) {
      const item = toAdjustItem(request)
      return toEntry(unwrap(await store.adjust(tenant, item), item))
    },
    withReservation: (request, work) => runWithReservation(working, host, request, work),
    async listEntries({ budget, reservation, limit = 100, after } = {}) {
      assertPage(limit, after)
      const rows = await store.listEntries(tenant, {
        budget: budget ?? null,
        reservation: reservation ?? null,
        limit: limit + 1,
        before: after === undefined ? null : BigInt(after),
      })
      const items = rows.slice(0, limit).map(toEntry)
      return { items, next: rows.length > limit ? `${items.at(-1)?.position}` : null }
    },
    async deliverAlerts(handler, { max = 100 } = {}) {
      noteUse()
      let handled = 0
      for (const row of await store.takeAlerts(tenant, { max, leaseMs: alertLeaseMs })) {
        await handler(toAlert(row))
        await store.dropAlert(tenant, row.alertId)
        handled += 1
      }
      return handled
    },
    async listAlerts({ limit = 100, after } = {}) {
      noteUse()
      assertPage(limit, after)
      const rows = await store.listAlerts(tenant, { limit: limit + 1, after: after ?? null })
      const items = rows.slice(0, limit).map(toAlert)
      return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
    },
    async dismissAlert(id) {
      return /^\d{1,18}$/.test(id) && store.dropAlert(tenant, id)
    },
    sweep: async () => ({ expired: await parts.sweeper.sweep(tenant) }),
    async addRate(rate) {
      const item = toRateItem(rate)
      const row = await store.addRate(tenant, item)
      assertSameRate(row, item)
      return toExchangeRate(row)
    },
    async listRates({ limit = 100 } = {}) {
      assertPage(limit, undefined)
      return (await store.listRates(tenant, limit)).map(toExchangeRate)
    },
    checkLedger: () => store.check(tenant),
  }
  const working: WorkLedger = {
    reserve: (request) => reserveForWork(tenant, parts, request),
    extend: ledger.extend,
    book: (item, onProblem) => parts.settlements.book({ tenant, item, onProblem }),
  }
  return ledger
}

/** While the store is away, work of an open budget begins without a reservation, and is booked when the store is back. */
async function reserveForWork(
  tenant: string,
  parts: TenantLedgerParts,
  request: ReservationRequest,
): Promise<Reservation> {
  parts.assertOpen()
  parts.sweeper.noteUse()
  const item = toReserveItem(request, parts.createId)
  try {
    return await reserveOne(tenant, parts, item, request.signal)
  } catch (cause) {
    const away = isBudgetError(cause) && cause.code === 'unavailable'
    if (!away || parts.settlements.isFull() || !parts.openPaths.isOpen(tenant, item)) throw cause
    const { id, budget, currency, amountNanos, lifetimeMs } = item
    const message = `The ledger is away, and ${budget} is open: its work begins without a reservation and is booked as ${id}.`
    parts.onProblem({ code: 'unreserved_work', tenant, reservation: id, message, cause })
    return {
      ...{ id, budget, amount: createMoney(currency, amountNanos), state: 'open', settled: null, levels: [] },
      marks: ['unreserved'],
      expiresAt: new Date(parts.host.now() + lifetimeMs),
    }
  }
}

/** One that was sent before its signal aborted is released when the answer comes. */
async function reserveOne(
  tenant: string,
  { reserving, finishing, openPaths }: TenantLedgerParts,
  item: ReserveItem,
  signal: AbortSignal | undefined,
): Promise<Reservation> {
  const row = unwrap(await reserving.push(tenant, item, signal), item)
  openPaths.note(tenant, item, row.levels)
  if (signal?.aborted) {
    await finishing.push(tenant, toReleaseItem(row.id, 'The caller gave up.'))
    signal.throwIfAborted()
  }
  return toReservation(row)
}

/** Why an amount would be refused now; in another currency, as a reservation would convert it. */
async function findRefusalOf(
  tenant: string,
  { convert }: TenantLedgerParts,
  levels: readonly PeriodRow[],
  { money, details }: ReturnType<typeof readCost>,
): Promise<StoreRefusal | undefined> {
  const other = levels.find(({ currency }) => currency !== money.currency)
  if (!other) return findRefusal(levels, money.amountNanos, 'whenever')
  const { budget, currency } = other
  const amount = { amountNanos: money.amountNanos, details }
  const converted = await convert.findReserved(tenant, amount, { from: money.currency, to: currency })
  if (converted === null) return { status: 'currency_mismatch', budget, currency, rate: 'missing' }
  return findRefusal(levels, converted, 'whenever')
}

/** The row of an answer, or the error of its refusal. */
function unwrap<Row>(answer: StoreAnswer<Row>, asked: Asked): Row {
  if (answer.status === 'done') return answer.row
  throw toBudgetError(answer, asked)
}

function assertBudget(budget: string): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.assertNone()
}

function assertPeriodAsked(budget: string, at: Date | undefined): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.expect(at === undefined || isDate(at), 'at', 'must be a Date.')
  problems.assertNone()
}

function assertState(budget: string, state: string, reason: string): void {
  const problems = createInputProblems()
  expectBudget(problems, 'budget', budget)
  problems.expect(['open', 'frozen', 'closed'].includes(state), 'state', 'must be open, frozen or closed.')
  expectId(problems, 'reason', reason)
  problems.assertNone()
}

function assertPage(limit: number, after: string | undefined): void {
  const problems = createInputProblems()
  const good = Number.isInteger(limit) && limit >= 1 && limit <= 1_000
  problems.expect(good, 'limit', `is ${limit}; it must be a whole number from 1 to 1000.`)
  problems.expect(after === undefined || /^\d{1,18}$/.test(after), 'after', 'must be the next of a page.')
  problems.assertNone()
}
