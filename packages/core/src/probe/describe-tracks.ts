import { BufferSource, Input, type InputAudioTrack, type InputVideoTrack, MATROSKA, MP4, WEBM } from 'mediabunny'
import type { AudioTrack, VideoInfo } from '../model/media-info.ts'
import { toCodecProfile } from './codec-profile.ts'
import { silently } from './silence-mediabunny.ts'
import { Unreadable } from './unreadable.ts'

/** The part of a video's facts that its codec and its track header say. */
export type PictureFacts = Pick<
  VideoInfo,
  | 'widthPixels'
  | 'heightPixels'
  | 'rotationDegrees'
  | 'pixelAspectRatio'
  | 'videoCodec'
  | 'videoProfile'
  | 'bitDepth'
  | 'chromaSubsampling'
  | 'hdr'
>

export interface TrackFacts {
  readonly picture?: PictureFacts
  readonly audio?: AudioTrack
}

/**
 * Lets mediabunny read the description of the tracks. It gets a small file made by us, never the user's: it expands sample tables and
 * fragments in memory by their declared counts, so that two kilobytes can end the process, and some hundred kilobytes of nested sample
 * descriptions keep it busy for seconds in one turn of the event loop (both tried with 1.61).
 */
export async function describeTracks(description: Uint8Array): Promise<TrackFacts> {
  const input = new Input({ source: new BufferSource(description), formats: [MP4, WEBM, MATROSKA] })
  try {
    return await silently(async () => {
      const [videoTracks, audioTracks] = [await input.getVideoTracks(), await input.getAudioTracks()]
      const [video, audio] = [await firstDefault(videoTracks), await firstDefault(audioTracks)]
      return {
        ...(video && { picture: await readPicture(video) }),
        ...(audio && { audio: await readAudio(audio) }),
      }
    })
  } catch (cause) {
    if (cause instanceof Unreadable) throw cause
    throw new Unreadable('damaged', 'The description of the tracks makes no sense.', cause)
  } finally {
    input.dispose()
  }
}

async function firstDefault<Track extends InputVideoTrack | InputAudioTrack>(
  tracks: readonly Track[],
): Promise<Track | undefined> {
  for (const track of tracks) if ((await track.getDisposition()).default) return track
  return tracks[0]
}

async function readPicture(track: InputVideoTrack): Promise<PictureFacts> {
  const [widthPixels, heightPixels] = [await track.getDisplayWidth(), await track.getDisplayHeight()]
  if (!isCount(widthPixels) || !isCount(heightPixels)) {
    throw new Unreadable('damaged', 'The video does not say how large its picture is.')
  }
  const { num, den } = await track.getPixelAspectRatio()
  const pixelAspectRatio = num > 0 && den > 0 ? num / den : 1
  const codec = await track.getCodec()
  const videoCodec = codec === 'avc' ? 'h264' : (codec ?? printable(await track.getInternalCodecId()))
  const configuration = await track.getDecoderConfig()
  const { transfer } = await track.getColorSpace()
  return {
    widthPixels,
    heightPixels,
    rotationDegrees: await track.getRotation(),
    pixelAspectRatio,
    videoCodec,
    ...(configuration && toCodecProfile(videoCodec, configuration.codec, toBytes(configuration.description))),
    ...((transfer === 'pq' || transfer === 'hlg') && { hdr: transfer }),
  }
}

async function readAudio(track: InputAudioTrack): Promise<AudioTrack> {
  const [channels, sampleRateHz] = [await track.getNumberOfChannels(), await track.getSampleRate()]
  if (!isCount(channels) || !Number.isFinite(sampleRateHz) || sampleRateHz <= 0) {
    throw new Unreadable('damaged', 'The sound does not say how it is sampled.')
  }
  return { codec: (await track.getCodec()) ?? printable(await track.getInternalCodecId()), channels, sampleRateHz }
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0
}

/** An identifier from the file, made fit for messages and logs. */
function printable(identifier: string | number | Uint8Array | null): string {
  return typeof identifier === 'string' ? identifier.replace(/[^ -~]/g, '?').slice(0, 32) : 'unknown'
}

function toBytes(description: unknown): Uint8Array | undefined {
  return description instanceof Uint8Array ? description : undefined
}
