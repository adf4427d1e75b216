import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createLedger } from '../create-ledger.ts'
import { amountNanosMax, createMoney, usd } from '../money.ts'
import { createTestQuote } from '../testing/create-test-quote.test-support.ts'
import { createPostgresLedgerStore } from './create-postgres-ledger-store.ts'

/** Three thirds of a nano and one more: rounded up once, two. */
const thirdsOfANano = createTestQuote({ quantities: { input: 3n, output: 1n }, priceNanos: 1n, per: 3n })

eachDatabase('the schema of the ledger', (open, kind) => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await open()
  })
  afterAll(() => database.close())
  let tenants = 0
  const createStore = () => createPostgresLedgerStore(database.source)

  test('is missed with a sentence before migrate, by assertMigrated and by every call', async () => {
    await expect(createStore().schema.assertMigrated()).rejects.toMatchObject({ code: 'schema_missing' })
    const ledger = createLedger({ store: createStore() })
    await expect(ledger.getBudget('agency')).rejects.toMatchObject({ code: 'schema_missing' })
  })

  test('is made once, also when two processes start at the same time', async () => {
    await Promise.all([createStore().schema.migrate(), createStore().schema.migrate()])
    await createStore().schema.migrate()
    await createStore().schema.assertMigrated()
  })

  test('accepts a schema that is newer than the library', async () => {
    await database.admin("insert into ofm_budget.migration (name) values ('9999-from-the-future')")
    await createStore().schema.assertMigrated()
  })

  test('forces row-level security on every table of a tenant', async () => {
    const tables = await database.admin(
      `select relname, relrowsecurity and relforcerowsecurity as forced from pg_class
        where relnamespace = 'ofm_budget'::regnamespace and relkind = 'r' order by relname`,
    )
    expect(tables.map(({ relname }) => relname)).toEqual([
      'alert',
      'budget',
      'entry',
      'migration',
      'open_reservation',
      'period',
      'rate',
      'slice',
      'threshold',
      'unmatched',
    ])
    expect(tables.filter(({ forced }) => forced !== true)).toEqual([])
  })

  test('shows nothing to a session that names no tenant, and takes back no entry', async () => {
    const ledger = createLedger({ store: createStore() })
    await ledger.setBudget('agency', { limit: usd('1'), period: 'day' })
    await ledger.reserve({ budget: 'agency', amount: usd('1') })
    const seen = await asApp(
      'select (select count(*) from ofm_budget.budget)::int as budgets, (select count(*) from ofm_budget.entry)::int as entries',
    )
    expect(seen).toEqual([{ budgets: 0, entries: 0 }])
    await asApp("select set_config('ofm_budget.tenant', 'default', false)")
    expect(
      await asApp('with gone as (delete from ofm_budget.entry returning 1) select count(*)::int as gone from gone'),
    ).toEqual([{ gone: 0 }])
    await asApp("select set_config('ofm_budget.tenant', '', false)")
  })

  test('makes one period when two processes reserve first, and both share its limit', async () => {
    const one = createLedger({ store: createStore(), tenant: 'race' })
    const other = createLedger({ store: createStore(), tenant: 'race' })
    await one.setBudget('agency', { limit: usd('10'), period: { everySeconds: 1, from: new Date(0) } })
    const tries = Array.from({ length: 20 }, (_, index) =>
      (index % 2 ? one : other).reserve({ budget: 'agency', amount: usd('1') }),
    )
    await Promise.allSettled(tries)
    const over = await database.admin(
      "select 1 from ofm_budget.period where tenant_id = 'race' and reserved_nanos > limit_nanos",
    )
    const double = await database.admin(
      "select 1 from ofm_budget.period where tenant_id = 'race' group by starts_at having count(*) > 1",
    )
    expect([over, double]).toEqual([[], []])
    expect(await one.checkLedger()).toMatchObject({ ok: true })
  })

  test('refuses a sum that no column holds, and keeps books that hold', async () => {
    const ledger = createLedger({ store: createStore(), tenant: 'large' })
    await ledger.setBudget('agency', { period: 'once' })
    const most = createMoney('USD', amountNanosMax)
    await ledger.reserve({ budget: 'agency', amount: most })
    await expect(ledger.reserve({ budget: 'agency', amount: usd('0.01') })).rejects.toMatchObject({
      code: 'invalid_input',
      message: 'A budget would hold more than 9223372036.854775807.',
    })
    expect(await ledger.checkLedger()).toMatchObject({ ok: true, openReservations: 1 })
  })

  // Each rule is broken by one row, at an administrator's hands, and the rule itself tells it.
  const entry = (change: string, where: string) =>
    `update ofm_budget.entry set ${change} where tenant_id = $1 and ${where}`
  test.each([
    ['C1', "update ofm_budget.open_reservation set amount_nanos = 5 where tenant_id = $1 and reservation_id = 'open'"],
    ['C2', entry('reserved_nanos = 20000000000', "kind = 'reserve' and key = 'open'")],
    ['C3', entry('reserved_nanos = -7000000000', "kind = 'settle' and key = 'done'")],
    ['C4', "update ofm_budget.period set settled_nanos = settled_nanos + 1 where tenant_id = $1 and budget = 'agency'"],
    ['C5', entry('path = path[1:1]', "kind = 'settle' and key = 'done'")],
    ['C5', entry('path = path[2:2] || path[1:1]', "kind = 'settle' and key = 'done'")],
    ['C5', entry('path = path || path[2:2]', "kind = 'settle' and key = 'done'")],
    ['C5', entry("path = '{999999}'", "kind = 'settle' and key = 'done'")],
    ['C6', entry('cost_nanos = cost_nanos + 1', "kind = 'settle' and key = 'priced'")],
    [
      'C6',
      entry(`details = jsonb_set(details, '{quote,lines,0,quantity}', '"7"')`, "kind = 'settle' and key = 'priced'"),
    ],
  ])('finds what breaks %s: %s', async (rule, damage) => {
    tenants += 1
    const tenant = `damaged ${tenants}`
    const ledger = createLedger({ store: createStore(), tenant })
    await ledger.setBudget('agency', { limit: usd('10'), period: 'once' })
    await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'once' })
    const reserve = (id: string) => ledger.reserve({ id, budget: 'agency/ada', amount: usd('2') })
    await reserve('done')
    await ledger.settle('done', usd('1'))
    await reserve('priced')
    await ledger.settle('priced', thirdsOfANano)
    await reserve('open')
    await ledger.changeBudget('agency/ada', { limit: usd('9') })
    await ledger.setState('agency/ada', 'frozen', { reason: 'A test.' })
    expect(await ledger.checkLedger()).toMatchObject({ ok: true })
    await database.admin(damage, [tenant])
    const { ok, findings } = await ledger.checkLedger()
    expect(ok).toBe(false)
    expect(findings.map((finding) => finding.rule)).toContain(rule)
  })

  test('is told when its books do not hold', async () => {
    const ledger = createLedger({ store: createStore(), tenant: 'broken' })
    await ledger.setBudget('agency', { limit: usd('10'), period: 'once' })
    await ledger.reserve({ budget: 'agency', amount: usd('1'), id: 'r1' })
    await database.admin(
      "update ofm_budget.period set reserved_nanos = reserved_nanos + 1, settled_nanos = 5 where tenant_id = 'broken'",
    )
    const { ok, findings } = await ledger.checkLedger()
    expect([ok, findings.map(({ rule }) => rule)]).toEqual([false, ['C1', 'C4']])
    await database.admin(
      "update ofm_budget.entry set reserved_nanos = 20000000000 where tenant_id = 'broken' and kind = 'reserve'",
    )
    expect((await ledger.checkLedger()).findings.map(({ rule }) => rule)).toContain('C2')
  })

  // One session: nobody else's transaction takes an id.
  if (kind === 'PGlite') {
    test('is not written when a reservation is refused, at whatever level', async () => {
      const ledger = createLedger({ store: createStore(), tenant: 'refused' })
      await ledger.setBudget('agency', { limit: usd('1'), period: 'once' })
      await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'once' })
      const refuse = () =>
        expect(ledger.reserve({ budget: 'agency/ada', amount: usd('2') })).rejects.toMatchObject({ budget: 'agency' })
      await refuse()
      const nextTransaction = () => database.admin('select pg_snapshot_xmax(pg_current_snapshot())::text as id')
      const before = await nextTransaction()
      await Promise.all([refuse(), refuse(), refuse()])
      expect(await nextTransaction()).toEqual(before)
      await ledger.reserve({ budget: 'agency/ada', amount: usd('1') })
      expect(await nextTransaction()).not.toEqual(before)
    })
  }

  if (kind === 'PostgreSQL') {
    test('tells a login that may not create it what to ask for, and works once an administrator ran the script', async () => {
      const other = await open()
      const [row] = await other.admin('select current_database() as login')
      const login = String(row?.login)
      await other.admin(`revoke create on database ${login} from ${login}`)
      const store = createPostgresLedgerStore(other.source)
      await expect(store.schema.migrate()).rejects.toMatchObject({
        code: 'schema_missing',
        message: expect.stringContaining('migrationSql({ login })'),
      })
      for (let time = 0; time < 2; time += 1) await other.admin(store.schema.migrationSql({ login }))
      const ledger = createLedger({ store })
      await ledger.assertMigrated()
      await ledger.setBudget('agency', { limit: usd('1'), period: 'day' })
      expect(await ledger.reserve({ budget: 'agency', amount: usd('1') })).toMatchObject({ state: 'open' })
      await other.close()
    })
  }

  /** As the app would: the ordinary login, or the role under which one that bypasses row security works. */
  async function asApp(text: string): Promise<readonly unknown[]> {
    if (database.source.pool) return (await database.source.pool.query(text)).rows
    const { pglite } = database.source
    await pglite.query('set role ofm_budget_app')
    const { rows } = await pglite.query(text)
    await pglite.query('reset role')
    return rows
  }
})
