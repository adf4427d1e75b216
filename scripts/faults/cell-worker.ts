import { parentPort, workerData } from 'node:worker_threads'
import { createTestSocial } from '@ofm-social/core/testing'
import { allCases } from './all-cases.ts'
import { type FaultRow, toBrokenRow } from './fault-case.ts'
import type { CellTask } from './run-cells.ts'

/** A thread of `runCells`: its store and its clock are its own. */
const { temporalAddress } = workerData as CellTask
const opening =
  temporalAddress === null
    ? Promise.resolve(createTestSocial)
    : import('./temporal-cells.ts').then(({ openTemporalCells }) => openTemporalCells(temporalAddress))

parentPort?.on('message', async (index: number) => {
  parentPort?.postMessage(await run(index))
})

async function run(index: number): Promise<FaultRow> {
  const one = allCases[index]
  if (!one) throw new Error(`There is no case ${index}.`)
  const { platform, step, fault } = one
  try {
    return { platform, step, fault, ...(await one.run(await opening)) }
  } catch (error) {
    return toBrokenRow(one, error)
  }
}
