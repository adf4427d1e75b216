import { byteAt, uint32, uint64 } from './bytes.ts'
import type { FrameRun } from './frame-timing.ts'
import { type Box, type BoxReader, readChildren, readContent } from './isobmff.ts'
import { Unreadable } from './unreadable.ts'

/** What a fragment (`moof`) holds of one track, in ticks of the track. */
export interface Fragment {
  readonly startTicks: number
  readonly runs: readonly FrameRun[]
}

const leafBytesMax = 1_048_576
/** Runs of samples in one fragment; real ones hold some seconds. */
const runsMax = 65_536
const baseOffsetFlag = 0x01
const descriptionFlag = 0x02
const durationFlag = 0x08
const runFlags = { dataOffset: 0x01, firstSample: 0x04, duration: 0x100, size: 0x200, flags: 0x400, shift: 0x800 }

/**
 * Reads what a `moof` box holds of a track; undefined when nothing.
 *
 * @param defaultTicks Length of a sample where the fragment does not say: from `trex`.
 */
export async function readFragment(
  boxes: BoxReader,
  moof: Box,
  trackId: number,
  defaultTicks: number,
): Promise<Fragment | undefined> {
  for await (const traf of boxes.boxes(moof.contentStart, moof.end)) {
    if (traf.type !== 'traf') continue
    const children = await readChildren(boxes, traf)
    const [tfhd, tfdt] = [children.get('tfhd'), children.get('tfdt')]
    if (!tfhd || !tfdt) continue
    const header = await readContent(boxes, tfhd, leafBytesMax)
    if (uint32(header, 4) !== trackId) continue
    const time = await readContent(boxes, tfdt, leafBytesMax)
    const runs: FrameRun[] = []
    for await (const trun of boxes.boxes(traf.contentStart, traf.end)) {
      if (trun.type !== 'trun') continue
      const content = await readContent(boxes, trun, leafBytesMax)
      for (const run of toRuns(content, sampleTicks(header) ?? defaultTicks)) runs.push(run)
      if (runs.length > runsMax) throw new Unreadable('limit_exceeded', 'A fragment of the file has too many samples.')
    }
    return { startTicks: time[0] === 1 ? uint64(time, 4) : uint32(time, 4), runs }
  }
  return undefined
}

function sampleTicks(header: Uint8Array): number | undefined {
  const flags = byteAt(header, 3)
  if ((flags & durationFlag) === 0) return undefined
  return uint32(header, 8 + (flags & baseOffsetFlag ? 8 : 0) + (flags & descriptionFlag ? 4 : 0))
}

function toRuns(trun: Uint8Array, defaultTicks: number): readonly FrameRun[] {
  const flags = uint32(trun, 0)
  const count = uint32(trun, 4)
  if ((flags & runFlags.duration) === 0) return [{ count, ticks: defaultTicks }]
  const has = (flag: number) => (flags & flag ? 4 : 0)
  const first = 8 + has(runFlags.dataOffset) + has(runFlags.firstSample)
  const step = 4 + has(runFlags.size) + has(runFlags.flags) + has(runFlags.shift)
  const runs: FrameRun[] = []
  for (let offset = first; offset + step <= trun.length && runs.length < count; offset += step) {
    runs.push({ count: 1, ticks: uint32(trun, offset) })
  }
  return runs
}

/** Sample lengths that fragments of each track have by default, from the `trex` boxes of `mvex`. */
export async function readFragmentDefaults(boxes: BoxReader, mvex: Box): Promise<ReadonlyMap<number, number>> {
  const ticksByTrack = new Map<number, number>()
  for await (const trex of boxes.boxes(mvex.contentStart, mvex.end)) {
    if (trex.type !== 'trex') continue
    const content = await readContent(boxes, trex, leafBytesMax)
    ticksByTrack.set(uint32(content, 4), uint32(content, 12))
  }
  return ticksByTrack
}
