import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, describe } from 'vitest'
import { createLedgerOn } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { nodeHost } from '../ledger-host.ts'
import type { LedgerStore } from '../ledger-store.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { createPostgresLedgerStore } from '../postgres/create-postgres-ledger-store.ts'

/** A ledger on a store whose clock stands still. */
export interface TestLedger {
  readonly ledger: Ledger
  advance(ms: number): Promise<void>
  /** The same books, as another process sees them. */
  another(): Promise<Ledger>
  close(): Promise<void>
}

export type OpenLedger = () => Promise<TestLedger>

const testStart = Date.parse('2026-11-26T12:00:00Z')

/** Runs the same suite on every store. `open` gives an empty ledger; all of a database share it, by tenants. */
export function eachLedger(name: string, suite: (open: OpenLedger) => void): void {
  describe(`${name} in memory`, () => suite(() => openMemoryLedger()))
  eachDatabase(name, (openDatabase) => {
    let database: Promise<TestDatabase> | undefined
    let tenants = 0
    afterAll(async () => (await database)?.close())
    suite(async () => {
      database ??= openDatabase().then(prepareDatabase)
      tenants += 1
      return openPostgresLedger(await database, `tenant ${tenants}`)
    })
  })
}

type Wrap = (store: LedgerStore) => LedgerStore

const asItIs: Wrap = (store) => store

/** Nothing is ended behind the caller, which the speed of the machine would decide. */
export const endingNothingBehind: Wrap = (store) => ({ ...store, listDueTenants: async () => [] })

export async function openMemoryLedger(wrap = asItIs): Promise<TestLedger> {
  let nowMs = testStart
  const store = wrap(createMemoryLedgerStore({ now: () => nowMs }))
  return {
    ledger: createLedgerOn({ store }, nodeHost),
    another: async () => createLedgerOn({ store }, nodeHost),
    async advance(ms) {
      nowMs += ms
    },
    close: async () => {},
  }
}

/** Migrates as the app's login, then lets a row be the database's clock. */
export async function prepareDatabase(database: TestDatabase): Promise<TestDatabase> {
  await createPostgresLedgerStore(database.source).schema.migrate()
  await database.admin('create table ofm_budget.test_clock (at timestamptz not null)')
  await database.admin('grant select on ofm_budget.test_clock to public')
  await database.admin(
    "create or replace function ofm_budget.now() returns timestamptz language sql stable as 'select at from ofm_budget.test_clock'",
  )
  return database
}

export async function openPostgresLedger(database: TestDatabase, tenant: string, wrap = asItIs): Promise<TestLedger> {
  await database.admin('delete from ofm_budget.test_clock')
  await database.admin('insert into ofm_budget.test_clock values (to_timestamp($1::double precision / 1000))', [
    testStart,
  ])
  const start = () => createLedgerOn({ store: wrap(createPostgresLedgerStore(database.source)), tenant }, nodeHost)
  return {
    ledger: start(),
    another: async () => start(),
    async advance(ms) {
      await database.admin(`update ofm_budget.test_clock set at = at + $1::double precision * interval '1 ms'`, [ms])
    },
    close: async () => {},
  }
}
