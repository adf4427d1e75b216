import { PGlite } from '@electric-sql/pglite'
import { recordServiceUse } from '@ofm-social/test-services'
import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { createDatabase, type Transactions, type Tx } from './database.ts'

const scope = { agencyId: `it's "quoted" \\ twice \\\\` }

describe('a transaction on PGlite', () => {
  let pglite: PGlite
  let often: Transactions

  beforeAll(async () => {
    recordServiceUse('PGlite')
    pglite = await PGlite.create()
    await pglite.exec('create role ofm_app; create table thing (id int primary key); grant all on thing to ofm_app')
  })
  afterAll(() => pglite.close())
  beforeEach(async () => {
    // As an app that opens its database for the first time: nothing is kept yet, and nobody has counted.
    await pglite.exec('deallocate all; truncate thing')
    often = createDatabase({ pglite }).often
  })

  const values = [`it's \\ "odd" $1 é`, 7, null, true, '{"a":"b\\\\c"}'] as const
  const readBack = (marker: string) => async (tx: Tx) => {
    const [text, number, nothing, truth, json] = values
    const { rows } = await sql`
      select current_setting('ofm.agency_id') as agency, ${text}::text as text, ${number}::double precision as number, ${nothing}::text as nothing,
        ${truth}::boolean as truth, ${json}::text::jsonb as json, ${sql.lit(marker)} as marker`.execute(tx)
    return rows[0]
  }
  const prepared = async () =>
    (await pglite.query<{ statement: string }>('select statement from pg_prepared_statements')).rows
  const insert = (id: number) => (tx: Tx) => sql`insert into thing values (${id}::int) returning id`.execute(tx)

  test('keeps the plan of a statement that comes again, and answers alike', async () => {
    const answers = []
    for (let coming = 0; coming < 5; coming += 1) answers.push(await often.inScope(scope, readBack('again')))
    const [text, number, nothing, truth] = values
    const answer = { text, number, nothing, truth, json: { a: 'b\\c' }, agency: scope.agencyId, marker: 'again' }
    expect(answers).toEqual(answers.map(() => answer))
    expect((await prepared()).map(({ statement }) => statement)).toEqual([expect.stringContaining("'again' as marker")])
  })

  test('keeps no plan of what came once', async () => {
    await often.inScope(scope, readBack('once'))
    expect(await prepared()).toEqual([])
  })

  test('keeps one plan for all stores on the instance', async () => {
    const other = createDatabase({ pglite }).often
    for (const transactions of [often, other, often, other]) await transactions.inScope(scope, readBack('shared'))
    expect(await prepared()).toHaveLength(1)
  })

  test('goes on with a plan whose first use failed, or was rolled back', async () => {
    await often.inScope(scope, insert(1))
    await often.inScope(scope, insert(2))
    await expect(often.inScope(scope, insert(1))).rejects.toMatchObject({ code: '23505', constraint: 'thing_pkey' })
    expect(await prepared()).toHaveLength(1)
    const { rows, numAffectedRows } = await often.inScope(scope, insert(3))
    expect({ rows, numAffectedRows }).toEqual({ rows: [{ id: 3 }], numAffectedRows: 1n })
  })

  test('is repeated without names when somebody has dropped the plans', async () => {
    for (let coming = 0; coming < 3; coming += 1) await often.inScope(scope, readBack('dropped'))
    await pglite.exec('deallocate all')
    let runs = 0
    const run = (tx: Tx) => {
      runs += 1
      return readBack('dropped')(tx)
    }
    expect(await often.inScope(scope, run)).toMatchObject({ marker: 'dropped' })
    expect(await often.inScope(scope, run)).toMatchObject({ marker: 'dropped' })
    expect(runs).toBe(3)
    expect(await prepared()).toEqual([])
  })

  test('leaves what has no plain text to the driver', async () => {
    const day = new Date(86_400_000)
    const readDay = async (tx: Tx) => (await sql<{ day: Date }>`select ${day}::timestamptz as day`.execute(tx)).rows[0]
    for (let coming = 0; coming < 4; coming += 1) expect(await often.inScope(scope, readDay)).toEqual({ day })
  })
})
