import { BudgetError } from '../budget-error.ts'
import { unknownOrigin } from '../budget-match.ts'
import { parentOf } from '../budget-path.ts'
import type { LedgerCheck, LedgerFinding } from '../ledger-check.ts'
import type {
  AdjustItem,
  BudgetChange,
  BudgetPatch,
  EntryRow,
  ExtendItem,
  LedgerStore,
  PeriodRow,
  ReservationRow,
  StoreAnswer,
} from '../ledger-store.ts'
import { findRenewal } from '../rolling-window.ts'
import { type StoredAnswer, toPeriods, toReservationRow } from './answers.ts'
import { createDatabase, type Database, type DatabaseSource } from './database.ts'
import { finishBatch } from './finish-batch.ts'
import type { LedgerDatabase } from './ledger-database.ts'
import { assertMigrated } from './migrations/assert-migrated.ts'
import { migrate } from './migrations/migrate.ts'
import { migrationSql } from './migrations/migration-sql.ts'
import { createPaths, type Paths, toVersions } from './paths.ts'
import { readPeriod } from './read-period.ts'
import { findMismatch, reserveBatch } from './reserve-batch.ts'
import { toAlertRows, toEntryRows, toRateRow } from './rows.ts'

/** `{ pool }`, a `pg.Pool` of the host, or `{ pglite }`. Neither is ever ended here. */
export type PostgresLedgerStoreOptions = DatabaseSource

/** Keeps budgets and entries in the schema `ofm_budget` of the host's PostgreSQL 15 or newer, or of PGlite. An ordinary login suffices. */
export function createPostgresLedgerStore(options: PostgresLedgerStoreOptions): LedgerStore {
  const database = createDatabase(options)
  const paths = createPaths(database)
  const ledger: LedgerDatabase = { database, paths }
  return {
    schema: {
      migrate: () => migrate(database),
      assertMigrated: () => assertMigrated(database),
      migrationSql: ({ login } = {}) => migrationSql(login),
    },
    setBudget: (tenant, change) => setBudget(ledger, tenant, change),
    changeBudget: (tenant, patch) => changeBudget(ledger, tenant, patch),
    async setState(tenant, change) {
      const before = await readBudget(paths, tenant, change.budget)
      if (before.status !== 'done') return before
      await database.call('set_state', tenant, JSON.stringify(change))
      return readBudget(paths, tenant, change.budget)
    },
    async readLevels(tenant, budget, origin) {
      const path = await paths.readLevels(tenant, budget, origin)
      return 'status' in path ? path : { status: 'done', row: path }
    },
    readPeriod: (tenant, budget, at) => readPeriod(ledger, tenant, { budget, at }),
    async listBudgets(tenant, below) {
      const names = (await database.call('list_names', tenant, below)) as string[]
      const rows = await paths.resolve(tenant, names)
      return names.flatMap((name) => rows.get(name) ?? [])
    },
    reserve: (tenant, items) => reserveBatch(ledger, tenant, items),
    finish: (tenant, items) => finishBatch(ledger, tenant, items),
    extend: (tenant, item) => extend(database, tenant, item),
    adjust: (tenant, item) => adjust(ledger, tenant, item),
    readReservation: (tenant, id) => readReservation(database, tenant, id),
    sweep: async (tenant, max) => Number(await database.call('sweep', tenant, max)),
    listDueTenants: async () => (await database.call('list_due_tenants')) as string[],
    async listEntries(tenant, { budget, reservation, limit, before }) {
      return toEntryRows(
        await database.call('list_entries', tenant, budget, reservation, before?.toString() ?? null, limit),
      )
    },
    takeAlerts: async (tenant, { max, leaseMs }) =>
      toAlertRows(await database.call('take_alerts', tenant, max, leaseMs)),
    listAlerts: async (tenant, { limit, after }) =>
      toAlertRows(await database.call('list_alerts', tenant, after, limit)),
    dropAlert: async (tenant, alertId) => (await database.call('drop_alert', tenant, alertId)) === true,
    async addRate(tenant, item) {
      const given = { ...item, numerator: item.numerator.toString(), denominator: item.denominator.toString() }
      return toRateRow(await database.call('add_rate', tenant, JSON.stringify(given)))
    },
    async findRate(tenant, { from, to, ageDaysMax }) {
      const stored = await database.call('find_rate', tenant, from, to, ageDaysMax)
      return stored === null ? null : toRateRow(stored)
    },
    listRates: async (tenant, limit) =>
      ((await database.call('list_rates', tenant, limit)) as readonly unknown[]).map(toRateRow),
    async check(tenant) {
      const answer = (await database.call('check_ledger', tenant)) as Omit<LedgerCheck, 'ok'> & {
        findings: LedgerFinding[]
      }
      return { ok: answer.findings.length === 0, ...answer }
    },
  }
}

async function readBudget(paths: Paths, tenant: string, budget: string): Promise<StoreAnswer<PeriodRow>> {
  const rows = await paths.resolve(tenant, [budget])
  const row = rows.get(budget)
  return row ? { status: 'done', row } : { status: 'unknown_budget', budget }
}

async function setBudget(
  { database, paths }: LedgerDatabase,
  tenant: string,
  change: BudgetChange,
): Promise<StoreAnswer<PeriodRow>> {
  const parent = parentOf(change.budget)
  const names = parent === null ? [change.budget] : [parent, change.budget]
  // Begins the present period of a budget that exists, so that a change reaches it.
  const rows = await paths.resolve(tenant, names)
  if (parent !== null && !rows.has(parent)) return { status: 'unknown_budget', budget: parent }
  const known = [...rows.values()]
  const currency = change.currency ?? known[0]?.currency ?? 'USD'
  const mismatch = findMismatch(known, currency)
  if (mismatch) return mismatch
  await database.call('set_budget', tenant, toSettingsJson({ ...change, currency }), parent)
  const answer = await readBudget(paths, tenant, change.budget)
  // One that was added meanwhile in another currency was left as it was.
  return (answer.status === 'done' ? findMismatch([answer.row], currency) : undefined) ?? answer
}

async function changeBudget(
  { database, paths }: LedgerDatabase,
  tenant: string,
  { currency, ...patch }: BudgetPatch,
): Promise<StoreAnswer<PeriodRow>> {
  const before = await readBudget(paths, tenant, patch.budget)
  if (before.status !== 'done') return before
  const mismatch = currency === null ? undefined : findMismatch([before.row], currency)
  if (mismatch) return mismatch
  await database.call('set_budget', tenant, toSettingsJson(patch), null)
  return readBudget(paths, tenant, patch.budget)
}

/** Members that are absent stay absent. */
function toSettingsJson(settings: Partial<Omit<BudgetChange, 'budget'>>): string {
  const alerts = settings.alerts?.map(({ of, name, shareBp, amountNanos }) => ({
    of,
    name,
    share_bp: shareBp,
    amount_nanos: amountNanos?.toString() ?? null,
  }))
  return JSON.stringify({ ...settings, alerts }, (_, value) => (typeof value === 'bigint' ? value.toString() : value))
}

async function readReservation(database: Database, tenant: string, id: string): Promise<StoreAnswer<ReservationRow>> {
  const { stored, periods, falls } = (await database.call('read_stored', tenant, [id])) as StoredAnswer
  const [first] = stored
  return first
    ? { status: 'done', row: toReservationRow(first, toPeriods(periods, falls)) }
    : { status: 'unknown_reservation' }
}

async function extend(database: Database, tenant: string, item: ExtendItem): Promise<StoreAnswer<ReservationRow>> {
  const given = JSON.stringify({ ...item, byNanos: item.byNanos.toString() })
  const [status, place = '', currency = ''] = String(await database.call('extend', tenant, given)).split('\n')
  switch (status) {
    case 'done':
      return readReservation(database, tenant, item.id)
    case 'currency_mismatch':
      return { status, budget: place, currency }
    case 'exceeded':
    case 'frozen':
    case 'closed': {
      const answer = await readReservation(database, tenant, item.id)
      const period = answer.status === 'done' ? answer.row.levels.find(({ periodId }) => periodId === place) : undefined
      if (!period) return { status: 'unknown_reservation' }
      return status === 'exceeded'
        ? { status, period, renewsAt: findRenewal(period, item.byNanos) }
        : { status, period }
    }
    case 'key_conflict':
    case 'ended':
      return { status }
    default:
      return { status: 'unknown_reservation' }
  }
}

type AdjustAnswer =
  | { readonly status: 'done'; readonly position: string }
  | { readonly status: 'key_conflict' | 'unknown_reservation' }
  | { readonly status: 'stale' }
  | { readonly status: 'currency_mismatch'; readonly budget: string; readonly currency: string }

const triesMax = 10

async function adjust(ledger: LedgerDatabase, tenant: string, item: AdjustItem): Promise<StoreAnswer<EntryRow>> {
  for (let tries = 0; tries < triesMax; tries += 1) {
    const answer = await tryAdjust(ledger, tenant, item)
    // Else a budget was changed after its path was read.
    if (answer.status !== 'stale') return answer
  }
  throw new BudgetError('unavailable', 'The periods of this budget did not come to rest.')
}

async function tryAdjust(
  { database, paths }: LedgerDatabase,
  tenant: string,
  item: AdjustItem,
): Promise<StoreAnswer<EntryRow> | { readonly status: 'stale' }> {
  const { budget, byNanos, currency } = item
  const found = budget === null ? null : await paths.readLevels(tenant, budget, unknownOrigin)
  if (found && 'status' in found) return found
  const path = found?.levels ?? null
  const mismatch = path ? findMismatch(path, currency) : undefined
  if (mismatch) return mismatch
  const given = JSON.stringify({ ...item, byNanos: byNanos.toString() })
  const ids = path?.map(({ periodId }) => periodId) ?? null
  const versions = path && toVersions(path)
  const answer = (await database.call('adjust', tenant, given, ids, versions)) as AdjustAnswer
  if (answer.status !== 'done') return answer
  const next = (BigInt(answer.position) + 1n).toString()
  const [row] = toEntryRows(await database.call('list_entries', tenant, null, null, next, 1))
  return row ? { status: 'done', row } : { status: 'unknown_reservation' }
}
