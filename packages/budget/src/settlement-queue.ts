import type { Batcher } from './batcher.ts'
import { isBudgetError } from './budget-error.ts'
import type { LedgerHost } from './ledger-host.ts'
import type { LedgerProblem } from './ledger-problem.ts'
import type { FinishAnswer, FinishItem } from './ledger-store.ts'
import { createMoney } from './money.ts'
import { toBudgetError } from './to-budget-error.ts'

/** Ends reservations of work that is over: nobody waits for a store that is away, and nothing that was spent is forgotten. */
export interface SettlementQueue {
  /** Resolves when it is booked, or when it takes too long: it then goes on behind its caller. Never rejects. */
  book(settlement: Settlement): Promise<void>
  /** Whether what cannot be booked now would be given up. */
  isFull(): boolean
  /** Tries once more what waits, and reports what must be given up. */
  close(): Promise<void>
}

export interface Settlement {
  readonly tenant: string
  readonly item: FinishItem
  /** Told besides the ledger's own hook. */
  readonly onProblem?: ((problem: LedgerProblem) => void) | undefined
}

export interface SettlementQueueOptions {
  readonly finishing: Pick<Batcher<FinishItem, FinishAnswer>, 'push'>
  /** More are given up. */
  readonly waitingMax: number
  readonly host: Pick<LedgerHost, 'after'>
  readonly onProblem: (problem: LedgerProblem) => void
}

/** How long a caller who has its result waits for the books. */
const patienceMs = 1_000
const pausesMs = [5_000, 10_000, 30_000, 60_000] as const

export function createSettlementQueue(options: SettlementQueueOptions): SettlementQueue {
  const { finishing, waitingMax, host } = options
  const waiting = new Set<Settlement>()
  const underWay = new Set<Promise<void>>()
  const pause = createPause(host)
  let closing = false
  let repeating = false

  const attempt = async (settlement: Settlement) => {
    const failure = await send(finishing, settlement)
    const waited = waiting.has(settlement)
    const lost = closing || (!waited && waiting.size >= waitingMax)
    if (failure?.code === 'settlement_waits' && !lost) {
      waiting.add(settlement)
      if (!waited) tell(options, settlement, failure)
      if (!repeating) track(repeat())
      return
    }
    waiting.delete(settlement)
    if (failure)
      tell(options, settlement, failure.code === 'settlement_waits' ? { ...failure, code: 'settlement_lost' } : failure)
  }
  const repeat = async () => {
    repeating = true
    for (let round = 0; waiting.size > 0; round += 1) {
      if (!closing) await pause.wait(pausesMs[round] ?? 60_000)
      await Promise.all([...waiting].map(attempt))
    }
    repeating = false
  }
  const track = async (work: Promise<void>) => {
    underWay.add(work)
    await work
    underWay.delete(work)
  }

  return {
    book: (settlement) => waitPatiently(host, track(attempt(settlement))),
    isFull: () => waiting.size + underWay.size >= waitingMax,
    async close() {
      closing = true
      pause.end()
      while (underWay.size > 0) await Promise.all(underWay)
    },
  }
}

/** A pause between two rounds, which closing ends. */
function createPause({ after }: SettlementQueueOptions['host']): {
  wait(ms: number): Promise<void>
  end(): void
} {
  let end = () => {}
  return {
    wait: (ms) =>
      new Promise((resolve) => {
        const stop = after(ms, resolve)
        end = () => {
          stop()
          resolve()
        }
      }),
    end: () => end(),
  }
}

/** Resolves with the work, or before it when that takes too long. */
function waitPatiently({ after }: SettlementQueueOptions['host'], booked: Promise<void>): Promise<void> {
  return new Promise((resolve) => {
    const stop = after(patienceMs, resolve)
    void booked.then(() => {
      stop()
      resolve()
    })
  })
}

function tell(options: SettlementQueueOptions, settlement: Settlement, failure: Failure): void {
  const problem = toProblem(settlement, failure)
  options.onProblem(problem)
  settlement.onProblem?.(problem)
}

interface Failure {
  readonly code: Exclude<LedgerProblem['code'], 'sweep_failed' | 'unreserved_work'>
  readonly cause: unknown
}

/** Null: it is booked. */
async function send(
  finishing: SettlementQueueOptions['finishing'],
  { tenant, item }: Settlement,
): Promise<Failure | null> {
  try {
    const answer = await finishing.push(tenant, item)
    if (answer.status === 'done') return null
    return { code: 'settlement_refused', cause: toBudgetError(answer, { ...item, amountNanos: item.costNanos }) }
  } catch (cause) {
    const away = isBudgetError(cause) && (cause.code === 'unavailable' || cause.code === 'overloaded')
    return { code: away ? 'settlement_waits' : 'settlement_lost', cause }
  }
}

function toProblem({ tenant, item }: Settlement, { code, cause }: Failure): LedgerProblem {
  const { id, currency, costNanos } = item
  const what =
    currency === null ? `The release of ${id}` : `The settlement of ${id}, ${createMoney(currency, costNanos)},`
  const how = {
    settlement_waits: 'waits, because the ledger is away.',
    settlement_lost: 'is given up: what its reservation holds, if there is one, is booked when that expires.',
    settlement_refused: 'was refused.',
  }[code]
  const why = cause instanceof Error ? ` ${cause.message}` : ''
  return { code, tenant, reservation: id, message: `${what} ${how}${why}`, cause }
}
