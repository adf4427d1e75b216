import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import { allCases } from './all-cases.ts'
import { type FaultRow, toBrokenRow } from './fault-case.ts'

/** What a thread of cells runs on. */
export interface CellTask {
  /** Null: the in-process runner. */
  readonly temporalAddress: string | null
}

/** A case that takes longer hangs, however slow the machine is. */
const CELL_MAX_MS = 1_200_000

/** Runs cases by their index in `allCases`, one at a time in as many threads as there are processors; tells them in their order. */
export async function runCells(
  indexes: readonly number[],
  task: CellTask,
  tell: (row: FaultRow) => void,
  { cellMaxMs = CELL_MAX_MS, script = new URL('./cell-worker.ts', import.meta.url) } = {},
): Promise<void> {
  const rows = new Map<number, FaultRow>()
  let next = 0
  let told = 0
  const lane = async (): Promise<void> => {
    let worker: Worker | undefined
    for (let place = next++; place < indexes.length; place = next++) {
      const index = indexes[place] ?? 0
      worker ??= new Worker(script, { workerData: task })
      const row = await ask(worker, index, cellMaxMs).catch(async (error: unknown) => {
        // What a case left behind ended the thread, or still keeps it busy: the next one has another.
        await worker?.terminate()
        worker = undefined
        return toBrokenRow(allCases[index] ?? { platform: '', step: '', fault: `case ${index}` }, error)
      })
      rows.set(place, row)
      for (let ready = rows.get(told); ready; ready = rows.get(told)) {
        tell(ready)
        told += 1
      }
    }
    await worker?.terminate()
  }
  await Promise.all(Array.from({ length: Math.min(availableParallelism(), indexes.length) }, lane))
}

/** @throws when the thread ends, or does not answer in time. */
function ask(worker: Worker, index: number, maxMs: number): Promise<FaultRow> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no outcome after ${maxMs / 1_000} seconds`)), maxMs)
    const listeners = {
      message: (row: FaultRow) => settle(() => resolve(row)),
      error: (error: unknown) => settle(() => reject(error)),
      exit: () => settle(() => reject(new Error('its thread ended'))),
    }
    const settle = (answer: () => void): void => {
      clearTimeout(timer)
      for (const [name, listener] of Object.entries(listeners)) worker.off(name, listener)
      answer()
    }
    for (const [name, listener] of Object.entries(listeners)) worker.on(name, listener)
    worker.postMessage(index)
  })
}
