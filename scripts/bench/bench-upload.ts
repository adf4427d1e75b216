import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDiskFiles } from '@ofm-social/core/disk'
import { compare, type Measurement, median, round } from './measurement.ts'
import { startChild } from './start-child.ts'
import { fileOwner, type UploadResult, type UploadTask } from './upload-task.ts'

const bench = 'upload'
const fileBytes = 1_000_000_000
const segmentBytes = 4 * 1024 * 1024
const runs = 5
const bytesPerMb = 1_000_000

/** A video of 1 GB by the X adapter from disk, and the same bytes in the same segments without it; each run in a process of its own. */
export async function* measure(): AsyncGenerator<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'ofm-bench-upload-'))
  const sink = startChild('upload-sink.ts')
  try {
    const { url } = await sink.next<{ readonly url: string }>()
    const { sha256 } = await createDiskFiles({ folder }).put(fileOwner, createVideo())
    const task = { folder, sha256, fileBytes, segmentBytes, url }
    const adapter: UploadResult[] = []
    const bare: UploadResult[] = []
    for (let run = 0; run < runs; run += 1) {
      bare.push(await upload({ ...task, how: 'bare' }))
      adapter.push(await upload({ ...task, how: 'adapter' }))
    }
    yield* compareRuns(adapter, bare)
  } finally {
    await sink.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

function* compareRuns(adapter: readonly UploadResult[], bare: readonly UploadResult[]): Generator<Measurement> {
  const growth = (results: readonly UploadResult[]) =>
    round(Math.max(...results.map(({ grownBytes }) => grownBytes)) / bytesPerMb)
  const middle = (results: readonly UploadResult[], read: (result: UploadResult) => number) =>
    round(median(results.map(read)))
  const all = { bench, unit: 'ms' }
  yield compare({
    bench,
    metric: 'memory grown, most of all runs',
    value: growth(adapter),
    unit: 'MB',
    baseline: growth(bare),
  })
  for (const [metric, read] of [
    ['time of 1 GB', ({ tookMs }: UploadResult) => tookMs],
    ['processor time of 1 GB', ({ cpuMs }: UploadResult) => cpuMs],
  ] as const) {
    yield compare({ ...all, metric, value: middle(adapter, read), baseline: middle(bare, read) })
  }
}

async function upload(task: UploadTask): Promise<UploadResult> {
  const child = startChild('upload-one-file.ts', { gc: true })
  try {
    child.send(task)
    return await child.next<UploadResult>()
  } finally {
    await child.stop()
  }
}

/** Bytes that no file system can leave out. */
function createVideo(): ReadableStream<Uint8Array> {
  const chunk = randomBytes(1_000_000)
  let left = fileBytes
  return new ReadableStream<Uint8Array>({
    pull(controller) {
      controller.enqueue(chunk)
      left -= chunk.length
      if (left <= 0) controller.close()
    },
  })
}
