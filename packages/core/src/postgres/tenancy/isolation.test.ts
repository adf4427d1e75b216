import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database, Scope } from '../database.ts'
import { openTestStore, testStart } from '../testing/open-test-store.ts'
import { createTestIds, type SeededAccount } from '../testing/seed.ts'
import { seedTenants } from '../testing/seed-all-tables.ts'

interface Table {
  readonly name: string
  readonly columns: readonly string[]
}

eachDatabase('row security', (open) => {
  let opened: TestDatabase
  let database: Database
  let tables: readonly Table[]
  let own: SeededAccount
  let colleague: SeededAccount
  let stranger: SeededAccount

  beforeAll(async () => {
    opened = await open()
    ;({ database } = await openTestStore(opened.source))
    ;({ own, colleague, stranger } = await seedTenants(database, createTestIds(), testStart))
    const rows = await opened.admin(`
      select relname as name, array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns
      from pg_class c where c.relnamespace = 'ofm'::regnamespace and c.relkind in ('r', 'p') and c.relname not in ('migration', 'test_clock')`)
    tables = rows.map(({ name, columns }) => ({
      name: String(name),
      columns: Array.isArray(columns) ? columns.map(String) : [],
    }))
  })
  afterAll(() => opened.close())

  const run = (scope: Scope, text: string) =>
    database.inScope(scope, async (tx) => (await sql.raw<{ count: number }>(text).execute(tx)).rows)
  const count = async (scope: Scope, table: Table, where: string) =>
    (await run(scope, `select count(*)::int as count from ofm.${table.name} where ${where}`))[0]?.count
  /** How many rows a write reached; a refusal counts as none. */
  const reached = async (scope: Scope, text: string): Promise<number | string> => {
    try {
      return (await run(scope, text)).length
    } catch (error) {
      return error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    }
  }

  test('every table has rows of all tenants, so that the other tests mean something', async () => {
    expect(tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['account', 'event', 'publication', 'work']))
    for (const table of tables) {
      const [row] = await opened.admin(
        `select count(distinct agency_id)::int as agencies from ofm.${table.name} where agency_id <> '*'`,
      )
      expect([table.name, row?.agencies]).toEqual([table.name, 2])
    }
  })

  test('another agency’s rows are invisible and cannot be changed, deleted, added or taken over', async () => {
    const theirs = `agency_id = '${stranger.agencyId}'`
    for (const table of tables) {
      const name = `ofm.${table.name}`
      const copied = table.columns
        .map((column) => (column === 'agency_id' ? `'${stranger.agencyId}'` : column))
        .join(', ')
      const insert = `insert into ${name} (${table.columns.join(', ')}) overriding system value select ${copied} from ${name} returning 1`
      expect([table.name, await count(own, table, theirs)]).toEqual([table.name, 0])
      expect([
        table.name,
        await reached(own, `update ${name} set agency_id = agency_id where ${theirs} returning 1`),
      ]).toEqual([table.name, 0])
      expect([table.name, await reached(own, `delete from ${name} where ${theirs} returning 1`)]).toEqual([
        table.name,
        0,
      ])
      expect([table.name, await reached(own, insert)]).toEqual([table.name, '42501'])
      expect([0, '42501']).toContain(
        await reached(own, `update ${name} set agency_id = '${stranger.agencyId}' returning 1`),
      )
    }
  })

  test('a scope of some creators hides the rows of the others', async () => {
    const scope = { agencyId: own.agencyId, creatorIds: [own.creatorId] }
    for (const table of tables.filter(({ columns }) => columns.includes('creator_id'))) {
      expect([table.name, (await count(own, table, `creator_id = '${colleague.creatorId}'`)) ?? 0]).not.toEqual([
        table.name,
        0,
      ])
      expect([table.name, await count(scope, table, `creator_id = '${colleague.creatorId}'`)]).toEqual([table.name, 0])
      expect([table.name, (await count(scope, table, `creator_id = '${own.creatorId}'`)) ?? 0]).not.toEqual([
        table.name,
        0,
      ])
    }
  })

  test('what was appended stays: history, revisions and contents cannot be rewritten', async () => {
    for (const table of ['history', 'revision', 'part_content']) {
      expect(await reached(own, `update ofm.${table} set creator_id = creator_id returning 1`)).toBe(0)
      expect(await reached(own, `delete from ofm.${table} returning 1`)).toBe(0)
    }
  })

  describe('without a scope', () => {
    test('nothing is visible but the queues, and those only to engines', async () => {
      for (const table of tables) {
        const seen = await database.inEngine(
          async (tx) => (await sql.raw(`select from ofm.${table.name} where agency_id <> '*'`).execute(tx)).rows,
        )
        expect([table.name, seen.length > 0]).toEqual([
          table.name,
          ['work', 'event', 'event_delivery', 'metric_due', 'spending_due', 'connection_due'].includes(table.name),
        ])
      }
    })

    test('a login that row security binds sees no row', async () => {
      const { bypassesRowSecurity } = await database.readLogin()
      await database.kysely.transaction().execute(async (tx) => {
        if (bypassesRowSecurity) await sql`set local role ofm_app`.execute(tx)
        for (const table of tables) {
          expect((await sql.raw(`select from ofm.${table.name} where agency_id <> '*'`).execute(tx)).rows).toEqual([])
        }
      })
    })
  })

  test('a scope ends with its transaction', async () => {
    await run(own, 'select 1')
    const { rows } = await sql<{
      agency: string | null
    }>`select nullif(current_setting('ofm.agency_id', true), '') as agency`.execute(database.kysely)
    expect(rows).toEqual([{ agency: null }])
  })

  test('switches of the installation are visible to all and writable by none of them', async () => {
    await run(
      { agencyId: '*' },
      `insert into ofm.hold (agency_id, scope, key, reason, message, by) values ('*', 'everything', '*', 'paused', 'wait', 'operator')`,
    )
    expect((await run(own, `select 1 from ofm.hold where agency_id = '*'`)).length).toBe(1)
    expect(await reached(own, `update ofm.hold set until = ofm.now() where agency_id = '*' returning 1`)).toBe(0)
    expect(await reached(own, `delete from ofm.hold where agency_id = '*' returning 1`)).toBe(0)
  })
})
