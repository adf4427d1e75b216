import { setTimeout as wait } from 'node:timers/promises'
import { createLedger } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createConfirmations, type Judgement, judge } from './judge-torture.ts'
import { startCrew } from './torture-crew.ts'
import type { TortureDatabase } from './torture-database.ts'
import { CHAOS, createChance, listSettings, STRICT } from './torture-plan.ts'

export interface TortureOptions {
  readonly operations: number
  readonly seed: number
  /** Operations between two disturbances, on average. Default: the database's. */
  readonly disturbEvery?: number
  /** Hears about the progress, some twenty times. */
  readonly tell?: (line: string) => void
}

export interface TortureResult extends Judgement {
  readonly operations: number
  readonly kills: number
  readonly cuts: number
  /** Answers that must not be. */
  readonly failures: readonly string[]
}

/** Random operations from several processes that are killed, cut off and restarted, until so many were made; then the books are judged. */
export async function runTorture(database: TortureDatabase, options: TortureOptions): Promise<TortureResult> {
  await database.inspect(async ({ source }) => {
    const ledger = createLedger({ store: createPostgresLedgerStore(source) })
    for (const tenant of [STRICT, CHAOS]) {
      for (const [budget, input] of listSettings()) await ledger.forTenant(tenant).setBudget(budget, input)
    }
  })
  const confirmations = createConfirmations()
  const chance = createChance(options.seed)
  const { disturbEvery = database.disturbEvery, tell = () => {} } = options
  const crew = startCrew(database, options.seed, confirmations)
  const startedAt = performance.now()
  const disturbed = { kills: 0, cuts: 0 }
  let told = 0
  while (crew.operations < options.operations && crew.failures.length === 0) {
    await crew.reach(Math.min(options.operations, crew.operations + chance(disturbEvery * 2)))
    // What a worker reports tells where it is; a moment later nobody knows.
    await wait(chance(20))
    if (database.cutConnection && chance(3) > 0) {
      await database.cutConnection()
      disturbed.cuts += 1
    } else if (await crew.killOne(chance)) disturbed.kills += 1
    if (crew.operations >= told + options.operations / 20) {
      told = crew.operations
      const seconds = (performance.now() - startedAt) / 1_000
      tell(toProgress(database.name, { operations: told, wanted: options.operations, seconds }))
    }
  }
  await crew.stop()
  tell(`${database.name.padEnd(12)}judging ${crew.operations} operations`)
  const judgement = await database.inspect((inspection) => judge(inspection, confirmations))
  return { ...judgement, ...disturbed, operations: crew.operations, failures: crew.failures }
}

interface Progress {
  readonly operations: number
  readonly wanted: number
  readonly seconds: number
}

function toProgress(name: string, { operations, wanted, seconds }: Progress): string {
  const perSecond = operations / seconds
  const left = Math.max(0, (wanted - operations) / perSecond)
  return `${name.padEnd(12)}${operations} operations, ${Math.round(perSecond)}/s, about ${Math.ceil(left / 60)} min left`
}
