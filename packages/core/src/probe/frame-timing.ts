import { byteAt, uint32 } from './bytes.ts'
import { type Box, type BoxReader, readContent } from './isobmff.ts'

/** How frames follow each other. */
export interface FrameTiming {
  readonly frameRate: number
  readonly variableFrameRate: boolean
}

/** A run of frames that are equally long, in ticks. */
export interface FrameRun {
  readonly count: number
  readonly ticks: number
}

/** How far the average may be from the usual distance of two frames. */
const steadyShare = 0.02
/** Entries of `stts` that are read; the rest of a longer one is taken to be like them. */
const runsMax = 65_536

/** The runs of a `stts` box. */
export async function readFrameRuns(boxes: BoxReader, timeToSample: Box): Promise<readonly FrameRun[]> {
  const end = Math.min(timeToSample.end, timeToSample.contentStart + 8 + runsMax * 8)
  const table = await readContent(boxes, { ...timeToSample, end }, 8 + runsMax * 8)
  byteAt(table, 7)
  const runs: FrameRun[] = []
  for (let offset = 8; offset + 8 <= table.length && runs.length < uint32(table, 4); offset += 8) {
    runs.push({ count: uint32(table, offset), ticks: uint32(table, offset + 4) })
  }
  return runs
}

/**
 * Average frame rate, and whether frames come evenly.
 *
 * @param toleranceTicks What rounding of the times alone explains.
 */
export function toFrameTiming(
  runs: readonly FrameRun[],
  ticksPerSecond: number,
  toleranceTicks = 0,
): FrameTiming | undefined {
  const frames = sum(runs, (run) => run.count)
  const ticks = sum(runs, (run) => run.count * run.ticks)
  if (frames === 0 || ticks === 0 || ticksPerSecond === 0) return undefined
  const average = ticks / frames
  const usual = usualTicks(runs, frames)
  const frameRate = round(ticksPerSecond / average)
  if (frameRate === 0) return undefined
  return {
    frameRate,
    variableFrameRate: Math.abs(average - usual) > Math.max(steadyShare * usual, toleranceTicks),
  }
}

/** The median: one odd frame at the end does not make a video uneven. */
function usualTicks(runs: readonly FrameRun[], frames: number): number {
  let seen = 0
  for (const run of runs.toSorted((a, b) => a.ticks - b.ticks)) {
    seen += run.count
    if (seen * 2 >= frames) return run.ticks
  }
  return 0
}

function sum(runs: readonly FrameRun[], toNumber: (run: FrameRun) => number): number {
  return runs.reduce((total, run) => total + toNumber(run), 0)
}

function round(frameRate: number): number {
  return Math.round(frameRate * 1000) / 1000
}
