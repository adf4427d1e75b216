import { ascii, uint32, uint64 } from './bytes.ts'
import { type Box, type BoxReader, readChildren, readContent, toBox } from './isobmff.ts'
import { keepFirstEntry, type TrackHandler } from './mp4-sample-entry.ts'

/** One picture or sound track of an MP4 or MOV file, without its sample tables. */
export interface Mp4Track {
  readonly id: number
  readonly handler: TrackHandler
  /** Ticks a second of `durationTicks` and of all sample times. */
  readonly timescale: number
  readonly durationTicks: number
  readonly hasEditList: boolean
  /** `stts`, where the durations of the samples are. */
  readonly timeToSample?: Box
  /** The track as a box that holds only what describes it. */
  readonly description: Uint8Array
}

const leafBytesMax = 1024
const sampleDescriptionBytesMax = 131_072

/** Reads a `trak` box. Undefined for tracks that are neither picture nor sound, and for incomplete ones. */
export async function readMp4Track(boxes: BoxReader, trak: Box): Promise<Mp4Track | undefined> {
  const track = await readChildren(boxes, trak)
  const media = await childrenOf(boxes, track.get('mdia'))
  const samples = await childrenOf(boxes, (await childrenOf(boxes, media.get('minf'))).get('stbl'))
  const [tkhd, mdhd, hdlr, stsd] = [track.get('tkhd'), media.get('mdhd'), media.get('hdlr'), samples.get('stsd')]
  if (!tkhd || !mdhd || !hdlr || !stsd) return undefined
  const handlerContent = await readContent(boxes, hdlr, leafBytesMax)
  const handler = toHandler(ascii(handlerContent, 8, 4))
  if (!handler) return undefined
  const trackHeader = await readContent(boxes, tkhd, leafBytesMax)
  const mediaHeader = await readContent(boxes, mdhd, leafBytesMax)
  const sampleDescription = await readContent(boxes, stsd, sampleDescriptionBytesMax)
  const timeToSample = samples.get('stts')
  return {
    id: uint32(trackHeader, trackHeader[0] === 1 ? 20 : 12),
    handler,
    ...readTimes(mediaHeader),
    hasEditList: (await childrenOf(boxes, track.get('edts'))).has('elst'),
    ...(timeToSample && { timeToSample }),
    description: toBox(
      'trak',
      toBox('tkhd', trackHeader),
      toBox(
        'mdia',
        toBox('mdhd', mediaHeader),
        toBox('hdlr', handlerContent),
        toBox('minf', toBox('stbl', keepFirstEntry(sampleDescription, handler))),
      ),
    ),
  }
}

async function childrenOf(boxes: BoxReader, parent: Box | undefined): Promise<ReadonlyMap<string, Box>> {
  return parent ? readChildren(boxes, parent) : new Map()
}

function toHandler(type: string): TrackHandler | undefined {
  return type === 'vide' || type === 'soun' ? type : undefined
}

/** Timescale and duration of a `mvhd` or `mdhd` box; a duration of all ones is an unknown one. */
export function readTimes(header: Uint8Array): { readonly timescale: number; readonly durationTicks: number } {
  const isLong = header[0] === 1
  const durationTicks = isLong ? uint64(header, 24) : uint32(header, 16)
  const unknown = isLong ? 2 ** 64 : 2 ** 32 - 1
  return { timescale: uint32(header, isLong ? 20 : 12), durationTicks: durationTicks >= unknown ? 0 : durationTicks }
}
