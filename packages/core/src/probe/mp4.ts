import type { Mp4Layout } from '../model/media-info.ts'
import type { BoundedReader } from './bounded-reader.ts'
import { concatBytes } from './bytes.ts'
import { type ContainerFacts, tracksMax } from './container-facts.ts'
import { readFrameRuns, toFrameTiming } from './frame-timing.ts'
import { type Box, type BoxReader, createBoxReader, readContent, toBox } from './isobmff.ts'
import { readFragment, readFragmentDefaults } from './mp4-fragment.ts'
import { type Mp4Track, readMp4Track, readTimes } from './mp4-track.ts'
import { Unreadable } from './unreadable.ts'

/** Fragments at the end of the file in which the last one of a track is looked for. */
const lastFragments = 8
const movieHeaderBytesMax = 1024

/** Reads an MP4 or MOV file's structure, without its sample tables: their sizes are the file's choice. */
export async function readMp4(reader: BoundedReader): Promise<ContainerFacts & { readonly layout: Mp4Layout }> {
  const boxes = createBoxReader(reader)
  const { moov, mdat, fragments } = await readTopLevel(boxes)
  const { movieHeader, tracks, defaults } = await readMovie(boxes, moov)
  const main = tracks.find((track) => track.handler === 'vide') ?? tracks[0]
  if (!movieHeader || !main) throw new Unreadable('damaged', 'The file holds neither picture nor sound.')
  const timing = await readTiming(boxes, main, fragments, defaults.get(main.id) ?? 0)
  // The header of a recording in fragments may know only what came before the first of them.
  const headerSeconds = toSeconds(readTimes(movieHeader)) ?? toSeconds(main) ?? 0
  const durationSeconds = Math.max(headerSeconds, timing.endSeconds ?? 0)
  return {
    description: toMovie(movieHeader, tracks),
    ...(durationSeconds > 0 && { durationSeconds }),
    ...(main.handler === 'vide' && timing.frames && { timing: timing.frames }),
    layout: {
      fastStart: mdat === undefined || moov.start < mdat.start,
      fragmented: fragments.length > 0,
      editList: tracks.some((track) => track.hasEditList),
    },
  }
}

async function readTopLevel(boxes: BoxReader) {
  let moov: Box | undefined
  let mdat: Box | undefined
  const fragments: Box[] = []
  for await (const box of boxes.boxes(0, boxes.reader.sizeBytes)) {
    if (box.type === 'moov') moov ??= box
    else if (box.type === 'mdat') mdat ??= box
    else if (box.type === 'moof') fragments.push(box)
    if (fragments.length > lastFragments) fragments.shift()
  }
  if (!moov) throw new Unreadable('damaged', 'The video has no index ("moov"): its recording or upload did not finish.')
  return { moov, mdat, fragments }
}

async function readMovie(boxes: BoxReader, moov: Box) {
  let movieHeader: Uint8Array | undefined
  let defaults: ReadonlyMap<number, number> = new Map()
  const tracks: Mp4Track[] = []
  for await (const box of boxes.boxes(moov.contentStart, moov.end)) {
    if (box.type === 'mvhd') movieHeader ??= await readContent(boxes, box, movieHeaderBytesMax)
    if (box.type === 'mvex') defaults = await readFragmentDefaults(boxes, box)
    const track = box.type === 'trak' ? await readMp4Track(boxes, box) : undefined
    if (track) tracks.push(track)
    if (tracks.length > tracksMax)
      throw new Unreadable('limit_exceeded', `The video has more than ${tracksMax} tracks.`)
  }
  return { movieHeader, tracks, defaults }
}

function toMovie(movieHeader: Uint8Array, tracks: readonly Mp4Track[]): Uint8Array {
  const fileType = Uint8Array.from('isom\0\0\0\0isom', (character) => character.charCodeAt(0))
  const movie = toBox('moov', toBox('mvhd', movieHeader), ...tracks.map((track) => track.description))
  return concatBytes([toBox('ftyp', fileType), movie])
}

function toSeconds({ timescale, durationTicks }: { timescale: number; durationTicks: number }): number | undefined {
  return timescale > 0 && durationTicks > 0 ? durationTicks / timescale : undefined
}

/** Frames from the sample table; the end, and frames where there is no table, from the last fragment of the track. */
async function readTiming(boxes: BoxReader, track: Mp4Track, fragments: readonly Box[], defaultTicks: number) {
  const runs = track.timeToSample ? await readFrameRuns(boxes, track.timeToSample) : []
  const last = await readLastFragment(boxes, track, fragments, defaultTicks)
  const endTicks = last?.runs.reduce((total, run) => total + run.count * run.ticks, last.startTicks)
  return {
    frames: toFrameTiming(runs.length > 0 ? runs : (last?.runs ?? []), track.timescale),
    endSeconds: toSeconds({ timescale: track.timescale, durationTicks: endTicks ?? 0 }),
  }
}

async function readLastFragment(boxes: BoxReader, track: Mp4Track, fragments: readonly Box[], defaultTicks: number) {
  for (const moof of fragments.toReversed()) {
    const fragment = await readFragment(boxes, moof, track.id, defaultTicks)
    if (fragment) return fragment
  }
  return undefined
}
