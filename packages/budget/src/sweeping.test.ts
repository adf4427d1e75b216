import { beforeEach, describe, expect, test } from 'vitest'
import { createLedgerOn } from './create-ledger.ts'
import { nodeHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { LedgerStore } from './ledger-store.ts'
import { createMemoryLedgerStore } from './memory/create-memory-ledger-store.ts'
import { usd } from './money.ts'
import { eachLedger, type TestLedger } from './testing/each-ledger.test-support.ts'

describe('what a process that died had reserved', () => {
  let nowMs = Date.parse('2026-11-26T12:00:00Z')
  let store: LedgerStore
  let looks = 0
  let fails: Error | null = null
  const problems: LedgerProblem[] = []

  beforeEach(() => {
    const memory = createMemoryLedgerStore({ now: () => nowMs })
    looks = 0
    fails = null
    problems.length = 0
    store = {
      ...memory,
      async listDueTenants() {
        looks += 1
        if (fails) throw fails
        return memory.listDueTenants()
      },
    }
  })
  const startProcess = () =>
    createLedgerOn({ store, onProblem: (problem) => problems.push(problem) }, { ...nodeHost, now: () => nowMs })

  test('ends with the next use of the ledger, whoever uses it', async () => {
    const died = startProcess().forTenant('other')
    await died.setBudget('agency', { limit: usd('10'), period: 'once', alertAt: [0.5] })
    await died.reserve({ budget: 'agency', amount: usd('6'), dispatched: true })
    nowMs += 600_000
    const alive = startProcess()
    await alive.listBudgets()
    await alive.close()
    const { reserved, settled } = await died.getBudget('agency')
    expect([reserved, settled]).toEqual([usd('0'), usd('6')])
    expect((await died.listAlerts()).items).toMatchObject([{ rule: 'settled 50%' }])
  })

  test('is looked for once a minute while the ledger is used', async () => {
    const ledger = startProcess()
    await ledger.setBudget('agency', { limit: usd('10'), period: 'once' })
    for (let second = 0; second < 150; second += 1) {
      await ledger.reserve({ budget: 'agency', amount: usd('0') })
      nowMs += 1_000
    }
    expect(looks).toBe(3)
  })

  test('is looked for again after a look that failed, which is told unless each call tells it anyway', async () => {
    const ledger = startProcess()
    fails = new Error('the function is gone')
    await ledger.listBudgets()
    nowMs += 60_000
    await ledger.listBudgets()
    await ledger.close()
    expect(looks).toBe(2)
    expect(problems).toMatchObject([
      { code: 'sweep_failed', tenant: null, reservation: null },
      { code: 'sweep_failed', cause: fails },
    ])
  })
})

eachLedger('expired reservations', (open) => {
  let rig: TestLedger
  beforeEach(async () => {
    rig = await open()
  })

  test('of all tenants end by one word', async () => {
    const other = rig.ledger.forTenant('another agency')
    for (const ledger of [rig.ledger, other]) {
      await ledger.setBudget('agency', { limit: usd('10'), period: 'once' })
      await ledger.reserve({ budget: 'agency', amount: usd('1'), dispatched: true })
    }
    expect(await rig.ledger.sweepAll()).toEqual({ expired: 0 })
    await rig.advance(600_000)
    expect(await rig.ledger.sweepAll()).toEqual({ expired: 2 })
    for (const ledger of [rig.ledger, other]) {
      expect(await ledger.getBudget('agency')).toMatchObject({ reserved: usd('0'), settled: usd('1') })
    }
    await rig.close()
  })
})
