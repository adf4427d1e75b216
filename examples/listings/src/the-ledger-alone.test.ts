import { readFileSync } from 'node:fs'
import { createLedger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { eachDatabase } from '@ofm-social/test-services'
import { afterEach, expect, test, vi } from 'vitest'
import { toPool } from './pglite-pool.ts'

afterEach(() => {
  vi.doUnmock('./host-app.ts')
  vi.resetModules()
  vi.restoreAllMocks()
})

eachDatabase('the listing of the ledger alone', (open) => {
  test('makes its budgets, asks the model, and settles what that did cost', async () => {
    const database = await open()
    const pool = database.source.pool ?? toPool(database.source.pglite)
    vi.doMock('./host-app.ts', () => ({ pool }))
    const { caption } = await import('./the-ledger-alone.ts')
    expect(caption).toBe('First light')
    const ledger = createLedger({ store: createPostgresLedgerStore({ pool }) })
    const balances = await ledger.listBudgets()
    expect(balances.map(({ budget, settled, available }) => `${budget} ${settled} ${available}`)).toEqual([
      'agency 0.002 USD 499.998 USD',
      'agency/ada 0.002 USD 39.998 USD',
    ])
    expect(await ledger.checkLedger()).toMatchObject({ ok: true, openReservations: 0 })
    await database.close()
  })
})

test('the race ends as the page on budgets says', async () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((...words) => void lines.push(words.join(' ')))
  await import('./the-race.ts')
  expect(readFileSync('docs/concepts/budget.md', 'utf8')).toContain(`\`\`\`\n${lines.join('\n')}\n\`\`\``)
})
