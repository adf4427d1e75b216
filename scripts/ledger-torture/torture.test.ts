import { postgresAdminUrl, recordServiceUse } from '@ofm-social/test-services'
import { describe, expect, test } from 'vitest'
import { createConfirmations } from './judge-torture.ts'
import { runTorture } from './run-torture.ts'
import { openTorturePglite, openTorturePostgres } from './torture-database.ts'

const clean = { overspent: 0, lost: 0, double: 0, findings: [], failures: [], deadlocks: 0 }

describe.skipIf(!postgresAdminUrl)('processes that are killed and cut off, on PostgreSQL', () => {
  test('overspend, lose and double nothing', async () => {
    const database = await openTorturePostgres()
    const result = await runTorture(database, { operations: 2_000, seed: 7, disturbEvery: 300 })
    await database.close()
    expect(result).toMatchObject(clean)
  })
})

test('a PGlite that is killed and opened again overspends, loses and doubles nothing', async () => {
  recordServiceUse('PGlite')
  const database = await openTorturePglite()
  const result = await runTorture(database, { operations: 1_000, seed: 7, disturbEvery: 350 })
  await database.close()
  expect(result).toMatchObject(clean)
  expect(result.kills).toBeGreaterThan(0)
})

test('the same thing confirmed with two amounts is a contradiction', () => {
  const confirmations = createConfirmations()
  const one = { kind: 'settle', tenant: 'strict', id: 'r1', amount: '1' } as const
  confirmations.add(one)
  confirmations.add(one)
  expect(confirmations.contradictions).toBe(0)
  confirmations.add({ ...one, amount: '2' })
  expect(confirmations.contradictions).toBe(1)
})
