import { BudgetError, isBudgetError } from './budget-error.ts'
import type { LedgerHost } from './ledger-host.ts'
import { onAbort } from './on-abort.ts'

/** Many operations in one call, without a timer: what waits while one call is under way goes with the next. */
export interface Batcher<Item, Answer> {
  /** An aborted signal takes the item out of the queue; one that was sent is answered. */
  push(tenant: string, item: Item, signal?: AbortSignal): Promise<Answer>
  /** Resolves when nothing waits and nothing is under way. */
  drain(): Promise<void>
}

export interface BatcherOptions<Item, Answer> {
  /** One transaction. Answers in the order of the items. May be repeated: items carry their ids. */
  readonly send: (tenant: string, items: readonly Item[]) => Promise<readonly Answer[]>
  readonly sizeMax: number
  readonly queueMax: number
  /** Pauses before a call is repeated whose outcome is not known. */
  readonly repeatAfterMs: readonly number[]
  readonly host: LedgerHost
}

interface Waiting<Item, Answer> {
  readonly item: Item
  readonly resolve: (answer: Answer) => void
  readonly reject: (error: unknown) => void
}

interface Lane<Item, Answer> {
  queue: Waiting<Item, Answer>[]
  readonly running: Promise<void>
}

export function createBatcher<Item, Answer>(options: BatcherOptions<Item, Answer>): Batcher<Item, Answer> {
  // One call under way for each tenant: two would wait for each other's rows.
  const lanes = new Map<string, Lane<Item, Answer>>()

  const run = async (tenant: string, lane: () => Lane<Item, Answer>) => {
    // What is pushed in the same turn goes together.
    await Promise.resolve()
    for (let { queue } = lane(); queue.length > 0; queue = lane().queue) {
      const batch = queue.slice(0, options.sizeMax)
      lane().queue = queue.slice(options.sizeMax)
      await sendBatch(tenant, batch, options)
    }
    lanes.delete(tenant)
  }

  return {
    push(tenant, item, signal) {
      if (signal?.aborted) return Promise.reject(signal.reason)
      let lane = lanes.get(tenant)
      if (lane && lane.queue.length >= options.queueMax) {
        return Promise.reject(
          new BudgetError(
            'overloaded',
            `${lane.queue.length} operations wait already; at most ${options.queueMax} may.`,
          ),
        )
      }
      if (!lane) {
        const created: Lane<Item, Answer> = { queue: [], running: run(tenant, () => created) }
        lanes.set(tenant, created)
        lane = created
      }
      return enqueue(lane, item, signal)
    },
    async drain() {
      while (lanes.size > 0) await Promise.all([...lanes.values()].map(({ running }) => running))
    },
  }
}

function enqueue<Item, Answer>(lane: Lane<Item, Answer>, item: Item, signal?: AbortSignal): Promise<Answer> {
  let stop = () => {}
  const answered = new Promise<Answer>((resolve, reject) => {
    const waiting = { item, resolve, reject }
    lane.queue.push(waiting)
    stop = onAbort(signal, (reason) => {
      const kept = lane.queue.filter((other) => other !== waiting)
      if (kept.length === lane.queue.length) return
      lane.queue = kept
      reject(reason)
    })
  })
  // A signal may live far longer than what it was handed to.
  return signal ? answered.finally(stop) : answered
}

async function sendBatch<Item, Answer>(
  tenant: string,
  batch: readonly Waiting<Item, Answer>[],
  options: BatcherOptions<Item, Answer>,
): Promise<void> {
  try {
    const answers = await sendRepeatedly(tenant, batch, options)
    batch.forEach(({ resolve, reject }, index) => {
      const answer = answers[index]
      if (answer === undefined) reject(new Error('The store answered too few items.'))
      else resolve(answer)
    })
  } catch (error) {
    const [first] = batch
    if (batch.length > 1 && !isUnavailable(error)) {
      // One bad item harms only itself.
      for (const waiting of batch) await sendBatch(tenant, [waiting], options)
    } else if (first) for (const { reject } of batch) reject(error)
  }
}

async function sendRepeatedly<Item, Answer>(
  tenant: string,
  batch: readonly Waiting<Item, Answer>[],
  { send, repeatAfterMs, host }: BatcherOptions<Item, Answer>,
): Promise<readonly Answer[]> {
  const items = batch.map(({ item }) => item)
  for (const pauseMs of repeatAfterMs) {
    try {
      return await send(tenant, items)
    } catch (error) {
      if (!isUnavailable(error)) throw error
      await new Promise<void>((resolve) => void host.after(pauseMs, resolve))
    }
  }
  return send(tenant, items)
}

function isUnavailable(error: unknown): boolean {
  return isBudgetError(error) && error.code === 'unavailable'
}
