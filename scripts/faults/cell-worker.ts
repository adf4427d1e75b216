import { parentPort } from 'node:worker_threads'
import { allCases } from './all-cases.ts'
import type { FaultRow } from './fault-case.ts'

/** A thread of `runCells`: its store and its clock are its own. */
parentPort?.on('message', async (index: number) => {
  const one = allCases[index]
  if (!one) throw new Error(`There is no case ${index}.`)
  const { platform, step, fault } = one
  const row: FaultRow = { platform, step, fault, ...(await one.run()) }
  parentPort?.postMessage(row)
})
