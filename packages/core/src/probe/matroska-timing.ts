import type { BoundedReader } from './bounded-reader.ts'
import { concatBytes } from './bytes.ts'
import { elementIds } from './ebml.ts'
import { type FrameTiming, toFrameTiming } from './frame-timing.ts'
import { type Block, readBlocks } from './matroska-blocks.ts'
import { isLimit } from './unreadable.ts'

export interface MatroskaTrack {
  readonly number: number
  /** 1 is picture, 2 is sound. */
  readonly type: number
  readonly frameNanoseconds: number | undefined
}

export interface MatroskaMedia {
  readonly tracks: readonly MatroskaTrack[]
  readonly clusterStart: number | undefined
  readonly end: number
  readonly ticksPerSecond: number
  /** The file says how long it is. */
  readonly hasDuration: boolean
}

/** Frames whose times are compared, and blocks that are looked at for them. */
const framesSampled = 120
const blocksSampled = 1000
/** Enough of a frame for the codec's own header. */
const frameBytes = 1024
/** How far from the end the last cluster is looked for, and in what steps. */
const tailBytesMax = 4_194_304
const pictureType = 1

/**
 * What only the media themselves say: the rate of the first frames, the time of the last ones, and the beginning of the first frame as a
 * block, from which some codecs tell their profile. What would need too many bytes stays absent.
 */
export async function readMatroskaTiming(reader: BoundedReader, media: MatroskaMedia) {
  const picture = media.tracks.find((track) => track.type === pictureType)
  if (media.clusterStart === undefined) return { firstFrame: undefined, timing: undefined, endTicks: undefined }
  const frames = picture ? await readFirstFrames(reader, media.clusterStart, media.end, picture.number) : []
  const [first] = frames
  const timing = picture && toTiming(frames, picture, media.ticksPerSecond)
  const lastTicks = media.hasDuration ? undefined : await readLastTicks(reader, media.clusterStart, media.end)
  return {
    firstFrame: picture && first && (await readFrame(reader, picture.number, first)),
    timing,
    // The last frame is shown as long as the others.
    endTicks: lastTicks === undefined ? undefined : lastTicks + (timing ? media.ticksPerSecond / timing.frameRate : 0),
  }
}

async function readFirstFrames(reader: BoundedReader, start: number, end: number, trackNumber: number) {
  const frames: Block[] = []
  let blocks = 0
  for await (const block of readBlocks(reader, start, end)) {
    blocks += 1
    if (block.trackNumber === trackNumber) frames.push(block)
    if (frames.length >= framesSampled || blocks >= blocksSampled) break
  }
  return frames
}

function toTiming(frames: readonly Block[], track: MatroskaTrack, ticksPerSecond: number): FrameTiming | undefined {
  const times = frames.map((frame) => frame.ticks).toSorted((a, b) => a - b)
  const runs = times.slice(1).map((ticks, index) => ({ count: 1, ticks: ticks - (times[index] ?? 0) }))
  const measured = toFrameTiming(runs, ticksPerSecond, 1)
  const declared = track.frameNanoseconds
    ? { frameRate: Math.round(1e12 / track.frameNanoseconds) / 1000, variableFrameRate: false }
    : undefined
  // Times are rounded to milliseconds: the declared rate is the better one, unless the frames come unevenly.
  return measured?.variableFrameRate ? measured : (declared ?? measured)
}

async function readFrame(reader: BoundedReader, trackNumber: number, { contentStart, end }: Block) {
  if (trackNumber > 126) return undefined
  const keyFrame = Uint8Array.of(0x80 + trackNumber, 0, 0, 0x80)
  return concatBytes([keyFrame, await reader.read(contentStart, Math.min(end - contentStart, frameBytes))])
}

/** The time of the last block, by way of the last cluster that begins near the end of the file. */
async function readLastTicks(reader: BoundedReader, start: number, end: number): Promise<number | undefined> {
  try {
    const tailStart = Math.max(start, end - tailBytesMax)
    const tail = await reader.read(tailStart, end - tailStart)
    const cluster = findLastCluster(tail)
    if (cluster === -1) return undefined
    let last: number | undefined
    for await (const block of readBlocks(reader, tailStart + cluster, end)) last = Math.max(last ?? 0, block.ticks)
    return last
  } catch (error) {
    if (isLimit(error)) return undefined
    throw error
  }
}

function findLastCluster(bytes: Uint8Array): number {
  const { buffer, byteOffset, length } = bytes
  const id = Buffer.alloc(4)
  id.writeUInt32BE(elementIds.cluster)
  return Buffer.from(buffer, byteOffset, length).lastIndexOf(id)
}
