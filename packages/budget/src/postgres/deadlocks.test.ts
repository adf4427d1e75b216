import { createPostgresDatabase, postgresAdminUrl } from '@ofm-social/test-services'
import pg from 'pg'
import { describe, expect, test } from 'vitest'
import { isBudgetError } from '../budget-error.ts'
import { createLedger } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { createMoney } from '../money.ts'
import { createPostgresLedgerStore } from './create-postgres-ledger-store.ts'

const connections = 16
const agencies = Array.from({ length: 8 }, (_, agency) => `a${agency}`)
const creators = agencies.flatMap((agency) => Array.from({ length: 4 }, (_, creator) => `${agency}/c${creator}`))
const campaigns = creators.flatMap((creator) => Array.from({ length: 3 }, (_, campaign) => `${creator}/k${campaign}`))
const budgets = [...agencies, ...creators, ...campaigns]
const nanos = (amount: number) => createMoney('USD', BigInt(amount))

/** The same for one seed: from 0 to below. */
function createChance(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

/** Eight batches of reservations on random paths, and everything else that takes locks between them. */
async function disturb(ledger: Ledger, seed: number): Promise<void> {
  const chance = createChance(seed)
  const anyOf = <Item>(items: readonly Item[]): Item => items[chance(items.length)] as Item
  const quietly = (work: Promise<unknown>) =>
    work.catch((error: unknown) => {
      if (!isBudgetError(error) || error.code === 'unavailable') throw error
    })
  for (let round = 0; round < 8; round += 1) {
    const ids = Array.from({ length: 8 }, (_, index) => `r-${seed}-${round}-${index}`)
    await Promise.all(
      ids.map((id) => quietly(ledger.reserve({ id, budget: anyOf(budgets), amount: nanos(chance(50)) }))),
    )
    await Promise.all([
      ...ids.slice(0, 5).map((id) => quietly(ledger.settle(id, nanos(chance(60))))),
      quietly(ledger.release(ids[5] as string)),
      quietly(ledger.extend(ids[6] as string, { by: nanos(5), key: `${seed}-${round}` })),
      quietly(ledger.record({ id: `d-${seed}-${round}`, budget: anyOf(budgets), cost: nanos(chance(50)) })),
      quietly(
        ledger.adjust({ id: `j-${seed}-${round}`, of: { budget: anyOf(budgets) }, by: nanos(1), reason: 'a test' }),
      ),
      quietly(ledger.changeBudget(anyOf(budgets), { limit: nanos(500 + chance(2_000)) })),
      quietly(ledger.setState(anyOf(campaigns), anyOf(['open', 'frozen'] as const), { reason: 'a test' })),
      ledger.sweep(),
    ])
  }
}

describe.skipIf(!postgresAdminUrl)('sixteen connections on a thousand random paths', () => {
  test('never wait for each other in a circle, and leave books that hold', { timeout: 120_000 }, async () => {
    const database = await createPostgresDatabase()
    const admin = new pg.Client({ connectionString: database.adminUrl })
    await admin.connect()
    await admin.query(`alter database ${new URL(database.url).username} set deadlock_timeout = '10ms'`)
    const pools = Array.from({ length: connections }, () => new pg.Pool({ connectionString: database.url, max: 1 }))
    const ledgers = pools.map((pool) => createLedger({ store: createPostgresLedgerStore({ pool }) }))
    const [first] = ledgers as [Ledger]
    await first.migrate()
    for (const level of [agencies, creators, campaigns]) {
      const settings = { limit: nanos(1_000), period: 'month', alertAt: [0.5, { of: 'committed', at: 1 }] } as const
      await Promise.all(level.map((budget, index) => ledgers[index % connections]?.setBudget(budget, settings)))
    }
    await Promise.all(ledgers.map((ledger, index) => disturb(ledger, index + 1)))
    expect(await first.checkLedger()).toMatchObject({ ok: true, findings: [] })
    for (const pool of pools) await pool.end()
    // A session reports what it saw when it ends.
    const { rows } = await admin.query('select deadlocks::int from pg_stat_database where datname = current_database()')
    expect(rows).toEqual([{ deadlocks: 0 }])
    await admin.end()
    await database.drop()
  })
})
