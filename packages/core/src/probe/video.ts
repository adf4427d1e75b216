import type { AudioInfo, MediaContainer, Mp4Layout, VideoInfo } from '../model/media-info.ts'
import type { BoundedReader } from './bounded-reader.ts'
import type { ContainerFacts } from './container-facts.ts'
import { describeTracks } from './describe-tracks.ts'
import { readMatroska } from './matroska.ts'
import { readMp4 } from './mp4.ts'
import type { SniffedFormat } from './sniff.ts'
import { Unreadable } from './unreadable.ts'

export type VideoFormat = Extract<SniffedFormat, 'mp4' | 'mov' | 'matroska'>

interface FileFacts extends ContainerFacts {
  readonly container: MediaContainer
  readonly layout?: Mp4Layout
}

const videoTypes = {
  mp4: 'video/mp4',
  mov: 'video/quicktime',
  webm: 'video/webm',
  matroska: 'video/x-matroska',
} as const
const audioTypes = { mp4: 'audio/mp4', mov: 'audio/mp4', webm: 'audio/webm', matroska: 'audio/x-matroska' } as const

export async function readVideo(reader: BoundedReader, format: VideoFormat): Promise<VideoInfo | AudioInfo> {
  const facts: FileFacts =
    format === 'matroska' ? await readMatroska(reader) : { ...(await readMp4(reader)), container: format }
  const { container, layout, timing } = facts
  const durationSeconds = toDuration(facts.durationSeconds)
  const { picture, audio } = await describeTracks(facts.description)
  const { sizeBytes } = reader
  const time = durationSeconds === undefined ? {} : { durationSeconds }
  if (picture) {
    return {
      kind: 'video',
      type: videoTypes[container],
      container,
      sizeBytes,
      ...picture,
      ...time,
      ...timing,
      ...(durationSeconds && { bitsPerSecond: Math.round((sizeBytes * 8) / durationSeconds) }),
      ...(audio && { audio }),
      ...(layout && { layout }),
    }
  }
  if (!audio) throw new Unreadable('damaged', 'The file holds neither picture nor sound.')
  return { kind: 'audio', type: audioTypes[container], container, sizeBytes, ...time, audio }
}

/** To the millisecond; nothing shorter is a duration. */
function toDuration(seconds: number | undefined): number | undefined {
  const rounded = Math.round((seconds ?? 0) * 1000) / 1000
  return Number.isFinite(rounded) && rounded > 0 ? rounded : undefined
}
