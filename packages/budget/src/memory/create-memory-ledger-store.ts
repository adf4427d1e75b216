import { unknownOrigin } from '../budget-match.ts'
import { levelsOf } from '../budget-path.ts'
import type { EntryQuery, LedgerStore } from '../ledger-store.ts'
import { tellAlert } from './alerts.ts'
import { type Books, createBooks, toPeriodRow, toReservationRow } from './books.ts'
import { changeBudget, resolvePath, setBudget, setState } from './budgets.ts'
import { checkBooks } from './check-books.ts'
import { addRate, findRate, listRates } from './rates.ts'
import { readPeriod } from './read-period.ts'
import { adjust, extend, finish, isDue, reserve, sweep } from './reservations.ts'
import { rollWindows } from './roll-windows.ts'

/**
 * Keeps budgets and entries in this process: for tests and trials. All is gone with the process.
 *
 * @param options `now`: the store's clock in epoch milliseconds.
 */
export function createMemoryLedgerStore(options: { readonly now?: () => number } = {}): LedgerStore {
  const now = options.now ?? (() => Math.floor(performance.timeOrigin + performance.now()))
  const tenants = new Map<string, Books>()
  const counter = { alerts: 0 }
  const booksOf = (tenant: string) => {
    const books = tenants.get(tenant) ?? createBooks(counter)
    tenants.set(tenant, books)
    rollWindows(books, now())
    return books
  }
  return {
    schema: { migrate: async () => {}, assertMigrated: async () => {}, migrationSql: () => '' },
    setBudget: async (tenant, change) => setBudget(booksOf(tenant), change, now()),
    changeBudget: async (tenant, patch) => changeBudget(booksOf(tenant), patch, now()),
    setState: async (tenant, change) => setState(booksOf(tenant), change, now()),
    async readLevels(tenant, budget, origin) {
      const at = now()
      const path = resolvePath(booksOf(tenant), { budget, ...origin }, at)
      return 'status' in path ? path : { status: 'done', row: { levels: path.map(toPeriodRow), now: at } }
    },
    readPeriod: async (tenant, budget, at) => readPeriod(booksOf(tenant), { budget, at }, now()),
    async listBudgets(tenant, below) {
      const books = booksOf(tenant)
      const names = [...books.budgets.keys()].filter((name) => below === null || isBelow(name, below))
      return names.toSorted().flatMap((name) => {
        const path = resolvePath(books, { budget: name, ...unknownOrigin }, now())
        return 'status' in path ? [] : path.slice(-1).map(toPeriodRow)
      })
    },
    reserve: async (tenant, items) => items.map((item) => reserve(booksOf(tenant), item, now())),
    finish: async (tenant, items) => items.map((item) => finish(booksOf(tenant), item, now())),
    extend: async (tenant, item) => extend(booksOf(tenant), item, now()),
    adjust: async (tenant, item) => adjust(booksOf(tenant), item, now()),
    async readReservation(tenant, id) {
      const record = booksOf(tenant).reservations.get(id)
      return record ? { status: 'done', row: toReservationRow(record) } : { status: 'unknown_reservation' }
    },
    sweep: async (tenant, max) => sweep(booksOf(tenant), max, now()),
    async listDueTenants() {
      return [...tenants].flatMap(([tenant, books]) => (isDue(books, now()) ? [tenant] : []))
    },
    listEntries: async (tenant, query) => listEntries(booksOf(tenant), query),
    async takeAlerts(tenant, { max, leaseMs }) {
      const books = booksOf(tenant)
      const free = [...books.alerts.values()].filter(({ leaseUntil }) => leaseUntil <= now()).slice(0, max)
      for (const alert of free) alert.leaseUntil = now() + leaseMs
      return free.map((alert) => tellAlert(books, alert, now()))
    },
    async listAlerts(tenant, { limit, after }) {
      const books = booksOf(tenant)
      const alerts = [...books.alerts.values()]
      const page = alerts.filter(({ row }) => after === null || BigInt(row.alertId) > BigInt(after)).slice(0, limit)
      return page.map((alert) => tellAlert(books, alert, now()))
    },
    dropAlert: async (tenant, alertId) => booksOf(tenant).alerts.delete(alertId),
    addRate: async (tenant, item) => addRate(booksOf(tenant), item, now()),
    findRate: async (tenant, query) => findRate(booksOf(tenant), query, now()),
    listRates: async (tenant, limit) => listRates(booksOf(tenant)).slice(0, limit),
    check: async (tenant) => checkBooks(booksOf(tenant)),
  }
}

function isBelow(name: string, below: string): boolean {
  return levelsOf(name).includes(below)
}

function listEntries({ entries }: Books, { budget, reservation, limit, before }: EntryQuery) {
  const found = entries.filter(
    (entry) =>
      (budget === null || isBelow(entry.budget, budget)) &&
      (reservation === null || entry.reservation === reservation) &&
      (before === null || entry.position < before),
  )
  return found.toReversed().slice(0, limit)
}
