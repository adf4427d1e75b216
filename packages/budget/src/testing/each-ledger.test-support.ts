import { describe } from 'vitest'
import { createLedgerOn } from '../create-ledger.ts'
import type { Ledger } from '../ledger.ts'
import { nodeHost } from '../ledger-host.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'

/** A ledger on a store whose clock stands still. */
export interface TestLedger {
  readonly ledger: Ledger
  advance(ms: number): Promise<void>
  close(): Promise<void>
}

export type OpenLedger = (startsAt?: string) => Promise<TestLedger>

export const testStart = '2026-11-26T12:00:00Z'

/** Runs the same suite on every store. */
export function eachLedger(name: string, suite: (open: OpenLedger) => void): void {
  describe(`${name} in memory`, () => suite(openMemoryLedger))
}

async function openMemoryLedger(startsAt = testStart): Promise<TestLedger> {
  let nowMs = Date.parse(startsAt)
  return {
    ledger: createLedgerOn({ store: createMemoryLedgerStore({ now: () => nowMs }) }, nodeHost),
    async advance(ms) {
      nowMs += ms
    },
    close: async () => {},
  }
}
