import { expect, test } from 'vitest'
import type { Ledger, TenantLedger } from '../ledger.ts'
import { usd } from '../money.ts'
import { eachLedger, type TestLedger } from './each-ledger.test-support.ts'

/** A test with a ledger of its own. */
export type LedgerTest = (name: string, run: (opened: TestLedger) => Promise<void>) => void

/** Runs the same suite on every store. The ledger of each test is prepared first, and its books must hold when the test ends. */
export function eachPreparedLedger(
  name: string,
  prepare: (ledger: Ledger) => Promise<unknown>,
  suite: (test: LedgerTest) => void,
): void {
  eachLedger(name, (open) => {
    suite((sentence, run) => {
      test(sentence, async () => {
        const opened = await open()
        const { ledger } = opened
        try {
          await prepare(ledger)
          await run(opened)
          expect(await ledger.checkLedger()).toMatchObject({ ok: true, findings: [] })
        } finally {
          await ledger.close()
          await opened.close()
        }
      })
    })
  })
}

/** An agency with 100 dollars a month in Paris, and Ada, who may use ten of them. */
export async function prepareAgency(ledger: Ledger): Promise<void> {
  await ledger.setBudget('agency', { limit: usd('100'), period: 'month', timeZone: 'Europe/Paris' })
  await ledger.setBudget('agency/ada', { limit: usd('10'), period: 'month' })
}

/** What of a budget is reserved, settled and available, in dollars. */
export async function balanceOf(ledger: TenantLedger, budget: string): Promise<string> {
  const { reserved, settled, available } = await ledger.getBudget(budget)
  return `${reserved} ${settled} ${available}`.replaceAll(' USD', '')
}

/** What happened to reservations, the oldest first: kind, change of what is reserved, change of what is settled, marks. */
export async function historyOf(ledger: TenantLedger): Promise<readonly string[]> {
  const { items } = await ledger.listEntries()
  return items
    .filter(({ reservation }) => reservation !== null)
    .map(({ kind, reservedChange, settledChange, marks }) =>
      `${kind} ${reservedChange} ${settledChange} ${marks}`.replaceAll(' USD', ''),
    )
    .toReversed()
}
