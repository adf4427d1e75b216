import type { Batcher } from './batcher.ts'
import type { Converter } from './convert-items.ts'
import type { LedgerHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { FinishAnswer, FinishItem, LedgerStore, ReserveAnswer, ReserveItem } from './ledger-store.ts'
import type { OpenPaths } from './open-paths.ts'
import type { SettlementQueue } from './settlement-queue.ts'
import type { Sweeper } from './sweeper.ts'

/** What the ledgers of all tenants share. */
export interface TenantLedgerParts {
  readonly store: LedgerStore
  readonly host: LedgerHost
  readonly createId: () => string
  readonly reserving: Pick<Batcher<ReserveItem, ReserveAnswer>, 'push'>
  readonly finishing: Pick<Batcher<FinishItem, FinishAnswer>, 'push'>
  readonly convert: Converter
  readonly settlements: SettlementQueue
  readonly openPaths: OpenPaths
  readonly onProblem: (problem: LedgerProblem) => void
  readonly sweeper: Sweeper
  readonly assertOpen: () => void
}
