import { once } from 'node:events'
import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { FaultRow } from './fault-case.ts'

/** What a thread of cells runs on. */
export interface CellTask {
  /** Null: the in-process runner. */
  readonly temporalAddress: string | null
}

/** Runs cases by their index in `allCases`, one at a time in as many threads as there are processors; tells them in their order. */
export async function runCells(
  indexes: readonly number[],
  task: CellTask,
  tell: (row: FaultRow) => void,
): Promise<void> {
  const rows = new Map<number, FaultRow>()
  let next = 0
  let told = 0
  const lane = async (): Promise<void> => {
    const worker = new Worker(new URL('./cell-worker.ts', import.meta.url), { workerData: task })
    const ended = once(worker, 'exit')
    for (;;) {
      const place = next
      next += 1
      const index = indexes[place]
      if (index === undefined) break
      const answered = once(worker, 'message')
      worker.postMessage(index)
      const [row] = (await answered) as [FaultRow]
      rows.set(place, row)
      for (let ready = rows.get(told); ready; ready = rows.get(told)) {
        tell(ready)
        told += 1
      }
    }
    await worker.terminate()
    await ended
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), indexes.length) }, lane))
}
