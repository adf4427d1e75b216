import type { MediaContainer } from '../model/media-info.ts'
import type { BoundedReader } from './bounded-reader.ts'
import { concatBytes } from './bytes.ts'
import { type ContainerFacts, tracksMax } from './container-facts.ts'
import {
  childElements,
  type Element,
  elementHeaderBytes,
  elementIds,
  findFloat,
  findText,
  findUnsigned,
  readElement,
  toElement,
} from './ebml.ts'
import { type MatroskaTrack, readMatroskaTiming } from './matroska-timing.ts'
import { Unreadable } from './unreadable.ts'

const headerBytesMax = 4096
const infoBytesMax = 65_536
const tracksBytesMax = 262_144
/** Elements of the segment before its first cluster. */
const elementsMax = 1000
const nanosecondsPerSecond = 1_000_000_000

type Segment = Awaited<ReturnType<typeof readSegment>>

/** Reads the structure of a WebM or Matroska file. */
export async function readMatroska(
  reader: BoundedReader,
): Promise<ContainerFacts & { readonly container: Extract<MediaContainer, 'webm' | 'matroska'> }> {
  const header = await readElementAt(reader, 0)
  const ebml = await readContent(reader, header, headerBytesMax)
  const segment = await readSegment(reader, header.end ?? 0)
  const tracks = readTracks(segment.tracks)
  const scale = findUnsigned(segment.info, elementIds.timestampScale) || 1_000_000
  const ticksPerSecond = nanosecondsPerSecond / scale
  const declaredTicks = toTicks(findFloat(segment.info, elementIds.duration))
  const hasDuration = declaredTicks !== undefined
  const media = { ...segment, tracks, ticksPerSecond, hasDuration }
  const { firstFrame, timing, endTicks } = await readMatroskaTiming(reader, media)
  const ticks = declaredTicks ?? toTicks(endTicks)
  return {
    container: findText(ebml, elementIds.docType) === 'webm' ? 'webm' : 'matroska',
    description: toDescription(ebml, segment, firstFrame),
    ...(ticks !== undefined && { durationSeconds: ticks / ticksPerSecond }),
    ...(timing && { timing }),
  }
}

function toTicks(value: number | undefined): number | undefined {
  return value !== undefined && Number.isFinite(value) && value > 0 ? value : undefined
}

async function readSegment(reader: BoundedReader, start: number) {
  const segment = await readElementAt(reader, start)
  if (segment.id !== elementIds.segment) throw new Unreadable('damaged', 'The file holds no media after its header.')
  const end = segment.end ?? reader.sizeBytes
  if (end > reader.sizeBytes) throw new Unreadable('damaged', 'The file is cut off: its end is missing.')
  let info: Uint8Array = new Uint8Array(0)
  let tracks: Uint8Array | undefined
  let clusterStart: number | undefined
  let offset = segment.contentStart
  for (let visited = 0; visited < elementsMax && offset < end && clusterStart === undefined; visited += 1) {
    const element = await readElementAt(reader, offset)
    if (element.id === elementIds.info) info = await readContent(reader, element, infoBytesMax)
    if (element.id === elementIds.tracks) tracks = await readContent(reader, element, tracksBytesMax)
    if (element.id === elementIds.cluster) clusterStart = offset
    offset = element.end ?? end
  }
  if (!tracks) throw new Unreadable('damaged', 'The file does not say which tracks it holds.')
  return { info, tracks, clusterStart, end }
}

async function readElementAt(reader: BoundedReader, offset: number): Promise<Element> {
  const header = await reader.read(offset, Math.min(elementHeaderBytes, reader.sizeBytes - offset))
  return readElement(header, 0, offset)
}

async function readContent(reader: BoundedReader, element: Element, bytesMax: number): Promise<Uint8Array> {
  const length = element.end === undefined ? Number.POSITIVE_INFINITY : element.end - element.contentStart
  if (length > bytesMax)
    throw new Unreadable('limit_exceeded', `The file's description is longer than ${bytesMax} bytes.`)
  return reader.read(element.contentStart, length)
}

function readTracks(tracks: Uint8Array): readonly MatroskaTrack[] {
  const entries = [...childElements(tracks)].filter((element) => element.id === elementIds.trackEntry)
  if (entries.length > tracksMax) {
    throw new Unreadable('limit_exceeded', `The video has more than ${tracksMax} tracks.`)
  }
  return entries.map(({ content }) => ({
    number: findUnsigned(content, elementIds.trackNumber) ?? 0,
    type: findUnsigned(content, elementIds.trackType) ?? 0,
    frameNanoseconds: findUnsigned(content, elementIds.defaultDuration),
  }))
}

function toDescription(ebml: Uint8Array, { info, tracks }: Segment, firstFrame: Uint8Array | undefined): Uint8Array {
  const { ebml: ebmlId, segment, info: infoId, tracks: tracksId, cluster, timestamp, simpleBlock } = elementIds
  const media = firstFrame
    ? [toElement(cluster, toElement(timestamp, new Uint8Array(1)), toElement(simpleBlock, firstFrame))]
    : []
  const body = toElement(segment, toElement(infoId, info), toElement(tracksId, tracks), ...media)
  return concatBytes([toElement(ebmlId, ebml), body])
}
