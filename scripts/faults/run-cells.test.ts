import { expect, test } from 'vitest'
import type { FaultRow } from './fault-case.ts'
import { isGood, NOTHING } from './judge.ts'
import { runCells } from './run-cells.ts'

const ANSWER: FaultRow = { platform: 'x', step: 'create', fault: 'none', state: 'published', judgement: NOTHING }
const THREAD = `
import { parentPort } from 'node:worker_threads'
parentPort.on('message', (index) => {
  if (index === 0) throw new Error('left behind')
  if (index === 1) process.exit(3)
  if (index !== 2) parentPort.postMessage(${JSON.stringify(ANSWER)})
})`

test('a case that throws, ends its thread or never ends is a failed row, and the others are run', async () => {
  const rows: FaultRow[] = []
  const script = new URL(`data:text/javascript,${encodeURIComponent(THREAD)}`)
  const tell = (row: FaultRow): void => void rows.push(row)
  await runCells([0, 1, 2, 3, 4, 5], { temporalAddress: null }, tell, { script, cellMaxMs: 2_000 })
  expect(rows.map(({ state }) => state)).toEqual([
    ...['exception', 'exception', 'exception'],
    ...['published', 'published', 'published'],
  ])
  expect(rows.map(({ judgement }) => isGood(judgement))).toEqual([false, false, false, true, true, true])
  expect(rows[0]?.error).toContain('left behind')
})
