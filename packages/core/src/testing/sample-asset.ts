import { createHash } from 'node:crypto'
import type { ImageInfo, MediaInfo, VideoInfo } from '../model/media-info.ts'
import type { PartAsset } from '../platform/part-request.ts'
import { makeGif, makeJpeg, makePng, type PixelSize } from './sample-image.ts'
import { makeMp4 } from './sample-video.ts'

export type SampleKind = 'jpeg' | 'png' | 'gif' | 'mp4'

export interface SampleOverrides {
  /** Default `sample-<kind>`. Two ids, two files: it is written into the bytes. */
  readonly id?: string
  readonly altText?: string
  /** Real pixels of an image. Default 1080×1350, GIF 480×270. The video has 720×1280, and 1280×720 where more width than height is asked for. */
  readonly widthPixels?: number
  readonly heightPixels?: number
  /** Pads the bytes to this size; for uploads in segments. */
  readonly sizeBytes?: number
  /** What is said about the file, true or not: for parts that `checkPart` has to refuse. */
  readonly mediaInfo?: Partial<ImageInfo> | Partial<VideoInfo>
}

/** An asset that brings its bytes, so that `createTestCall` can open it. */
export interface SampleAsset extends PartAsset {
  readonly bytes: Uint8Array
}

/** A small valid file, the same every time, with what a probe says about it. The GIF moves; the video has 4 s and sound. */
export function sampleAsset(kind: SampleKind, overrides: SampleOverrides = {}): SampleAsset {
  const id = overrides.id ?? `sample-${kind}`
  const pixels: PixelSize = {
    widthPixels: overrides.widthPixels ?? (kind === 'gif' ? 480 : 1080),
    heightPixels: overrides.heightPixels ?? (kind === 'gif' ? 270 : 1350),
  }
  const bytes =
    kind === 'mp4'
      ? withFreeBox(makeMp4(toShape(pixels)), id, overrides.sizeBytes)
      : makeImage(kind, pixels, id, overrides)
  const mediaInfo = { ...describe(kind, pixels, bytes.length), ...overrides.mediaInfo } as MediaInfo
  return {
    id,
    ...(overrides.altText === undefined ? {} : { altText: overrides.altText }),
    sha256: createHash('sha256').update(bytes).digest('hex'),
    sizeBytes: bytes.length,
    mediaInfo,
    bytes,
  }
}

const toShape = ({ widthPixels, heightPixels }: PixelSize) => (widthPixels > heightPixels ? 'landscape' : 'portrait')

function makeImage(kind: 'jpeg' | 'png' | 'gif', pixels: PixelSize, id: string, { sizeBytes = 0 }: SampleOverrides) {
  const image = { jpeg: makeJpeg, png: makePng, gif: makeGif }[kind](pixels)
  // Readers stop at the end of the picture: what follows only makes the file another one.
  const tail = Buffer.from(`\n${id}`)
  const padding = Buffer.alloc(Math.max(0, sizeBytes - image.length - tail.length))
  return new Uint8Array(Buffer.concat([image, tail, padding]))
}

/** Boxes of type `free` are skipped by readers. */
function withFreeBox(video: Uint8Array, id: string, sizeBytes = 0): Uint8Array {
  const content = Buffer.from(id)
  const box = Buffer.alloc(Math.max(content.length + 8, sizeBytes - video.length))
  box.writeUInt32BE(box.length, 0)
  box.write('free', 4)
  content.copy(box, 8)
  return new Uint8Array(Buffer.concat([video, box]))
}

function describe(kind: SampleKind, pixels: PixelSize, sizeBytes: number): MediaInfo {
  if (kind === 'mp4') {
    const shape = videoShapes[toShape(pixels)]
    return { ...video, ...shape, sizeBytes, bitsPerSecond: Math.round((sizeBytes * 8) / shape.durationSeconds) }
  }
  const animation = kind === 'gif' ? { animation: { frameCount: 2, durationSeconds: 0.2 } } : {}
  return { kind: 'image', type: `image/${kind}`, format: kind, sizeBytes, ...pixels, ...animation }
}

const videoShapes = {
  portrait: { widthPixels: 720, heightPixels: 1280, durationSeconds: 4.011 },
  landscape: { widthPixels: 1280, heightPixels: 720, durationSeconds: 4 },
} as const

const video: Omit<VideoInfo, 'sizeBytes' | 'bitsPerSecond' | keyof typeof videoShapes.portrait> = {
  kind: 'video',
  type: 'video/mp4',
  container: 'mp4',
  rotationDegrees: 0,
  pixelAspectRatio: 1,
  videoCodec: 'h264',
  videoProfile: 'High',
  bitDepth: 8,
  chromaSubsampling: '4:2:0',
  frameRate: 25,
  variableFrameRate: false,
  audio: { codec: 'aac', channels: 2, sampleRateHz: 48_000 },
  layout: { fastStart: true, fragmented: false, editList: true },
}
