import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { createLedger, createMoney } from '@ofm-social/budget'
import { createPostgresLedgerStore } from '@ofm-social/budget/postgres'
import { createConfirmations, type Judgement, judge } from './judge-torture.ts'
import type { TortureDatabase } from './torture-database.ts'
import type { WorkerReport, WorkerTask } from './torture-message.ts'
import { budgets, CHAOS, createChance, limitOf, STRICT } from './torture-plan.ts'

export interface TortureOptions {
  readonly operations: number
  readonly seed: number
  /** Milliseconds between two kills, on average. */
  readonly killEveryMs: number
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
      for (const budget of budgets) await ledger.forTenant(tenant).setBudget(budget, toInput(budget))
    }
  })
  const confirmations = createConfirmations()
  const failures: string[] = []
  const chance = createChance(options.seed)
  let operations = 0
  let workers = 0
  let kills = 0
  let cuts = 0
  /** Killed before it did anything a process proves nothing, and where opening takes long nothing would ever be done. */
  const atWork = new Set<ChildProcess>()
  const start = () => {
    const child = fork(join(import.meta.dirname, 'torture-worker.ts'), {
      execArgv: ['--disable-warning=ExperimentalWarning', '--conditions=@ofm-social/source'],
    })
    child.on('message', (message) => {
      const report = message as WorkerReport
      operations += report.operations
      atWork.add(child)
      for (const confirmation of report.confirmations) confirmations.add(confirmation)
      if (report.failure) failures.push(report.failure)
    })
    const task: WorkerTask = {
      target: database.target,
      worker: workers,
      seed: options.seed + workers * 7_919,
      inFlight: 48,
    }
    workers += 1
    child.send(task)
    return child
  }
  const running = Array.from({ length: database.processes }, start)
  let told = 0
  while (operations < options.operations) {
    const moment = performance.now() + chance(options.killEveryMs * 2)
    while (performance.now() < moment && operations < options.operations) await wait(20)
    const place = chance(running.length)
    const child = running[place]
    if (child && (await hasDied(child))) failures.push(`A worker ended by itself: ${child.exitCode}.`)
    if (chance(3) === 0 && child && atWork.has(child)) {
      await kill(child)
      kills += 1
      running[place] = start()
    } else {
      await database.cutConnection()
      cuts += 1
    }
    if (options.tell && operations >= told + 50_000) {
      told = operations
      options.tell(`${database.name.padEnd(12)}${operations} operations, ${kills} kills, ${cuts} connections cut`)
    }
    if (failures.length > 20) break
  }
  await Promise.all(running.map(stop))
  const judgement = await database.inspect((inspection) => judge(inspection, confirmations))
  return { ...judgement, operations, kills, cuts, failures }
}

/** Periods of an hour of the database's clock: the run lives through many of their ends. */
function toInput(budget: string) {
  const period = { everySeconds: 3_600, from: new Date('2026-01-01T00:00:00Z') }
  return { limit: createMoney('USD', limitOf(budget)), period }
}

async function hasDied(child: ChildProcess): Promise<boolean> {
  return child.exitCode !== null
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.send('stop')
  await exited
}
