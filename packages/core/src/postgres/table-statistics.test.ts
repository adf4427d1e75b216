import { PGlite } from '@electric-sql/pglite'
import { recordServiceUse } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from './database.ts'
import { openTestStore, testStart } from './testing/open-test-store.ts'
import { createTestIds, seedAccount, seedPublication } from './testing/seed.ts'

let pglite: PGlite
let database: Database

beforeAll(async () => {
  recordServiceUse('PGlite')
  pglite = await PGlite.create()
  database = (await openTestStore({ pglite })).database
})
afterAll(() => pglite.close())

/** As the planner knows it; -1: nobody has ever counted. */
async function readKnownParts(): Promise<number | undefined> {
  const { rows } = await pglite.query<{ known: number }>(
    `select reltuples::float8 as known from pg_class where oid = 'ofm.part'::regclass`,
  )
  return rows[0]?.known
}

test('PGlite, which nobody vacuums, knows how many parts there are, and again when there are more', async () => {
  expect(await readKnownParts()).toBe(-1)
  const createId = createTestIds()
  const account = await seedAccount(database, createId)
  const known: (number | undefined)[] = []
  for (let seeded = 1; seeded <= 200; seeded += 1) {
    await seedPublication(database, createId, account, { dueAt: testStart })
    if (seeded % 100 === 0) known.push(await readKnownParts())
  }
  expect(known[0]).toBeGreaterThan(30)
  expect(known[1]).toBeGreaterThan(90)
})
