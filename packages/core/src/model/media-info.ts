/** What a media file is, read from its bytes and never from its name. Plain data: stored as JSON with the asset. */
export type MediaInfo = ImageInfo | VideoInfo | AudioInfo | UnknownMedia

export interface ImageInfo {
  readonly kind: 'image'
  readonly type: 'image/jpeg' | 'image/png' | 'image/gif' | 'image/webp'
  readonly format: 'jpeg' | 'png' | 'gif' | 'webp'
  readonly sizeBytes: number
  /** As displayed: after the orientation that EXIF asks for. */
  readonly widthPixels: number
  readonly heightPixels: number
  /** Present when the picture moves. */
  readonly animation?: ImageAnimation
}

export interface ImageAnimation {
  /** Absent when counting would have read more than the limits allow. */
  readonly frameCount?: number
  /** One pass through all frames; absent like `frameCount`. */
  readonly durationSeconds?: number
}

export interface VideoInfo {
  readonly kind: 'video'
  readonly type: 'video/mp4' | 'video/quicktime' | 'video/webm' | 'video/x-matroska'
  readonly container: MediaContainer
  readonly sizeBytes: number
  /** As displayed: square pixels, after rotation. */
  readonly widthPixels: number
  readonly heightPixels: number
  /** Clockwise rotation that players apply to the stored picture. */
  readonly rotationDegrees: 0 | 90 | 180 | 270
  /** Width of a stored pixel divided by its height; 1 for square pixels. */
  readonly pixelAspectRatio: number
  /** Absent when the file does not say, such as a recording that was streamed to disk. */
  readonly durationSeconds?: number
  readonly videoCodec: VideoCodec
  /** Name of the codec's profile: `High`, `Main 10`, `Profile 2`. Absent where it is not known. */
  readonly videoProfile?: string
  /** Bits of one colour sample: 8, 10, 12. */
  readonly bitDepth?: number
  readonly chromaSubsampling?: '4:0:0' | '4:2:0' | '4:2:2' | '4:4:4'
  /** Transfer function of a high dynamic range picture; absent for standard range. */
  readonly hdr?: 'pq' | 'hlg'
  /** Average frames per second. */
  readonly frameRate?: number
  /** The average differs from the usual distance of two frames by more than two per cent. Absent where it is not known. */
  readonly variableFrameRate?: boolean
  /** Of the whole file, on average. */
  readonly bitsPerSecond?: number
  /** Absent when the video has no sound track. */
  readonly audio?: AudioTrack
  /** How an MP4 or MOV file is laid out; absent for other containers. */
  readonly layout?: Mp4Layout
}

export interface AudioInfo {
  readonly kind: 'audio'
  readonly type: 'audio/mp4' | 'audio/webm' | 'audio/x-matroska'
  readonly container: MediaContainer
  readonly sizeBytes: number
  readonly durationSeconds?: number
  readonly audio: AudioTrack
}

/** Nothing could be learned, and why. Such a file is refused before a platform sees it. */
export interface UnknownMedia {
  readonly kind: 'unknown'
  readonly sizeBytes: number
  readonly reason: UnreadableReason
}

export interface UnreadableReason {
  readonly code: UnreadableCode
  /** For people: what is wrong with the file. */
  readonly message: string
}

/**
 * `empty`: no bytes. `not_media`: no media format that we know. `unsupported_format`: recognised, and not one of ours. `damaged`: cut off or
 * contradicting itself. `limit_exceeded`: reading it would need more bytes or time than allowed.
 */
export type UnreadableCode = 'empty' | 'not_media' | 'unsupported_format' | 'damaged' | 'limit_exceeded'

export type MediaContainer = 'mp4' | 'mov' | 'webm' | 'matroska'

/** The codec's usual name, else the container's own identifier. */
export type VideoCodec = 'h264' | 'hevc' | 'vp8' | 'vp9' | 'av1' | 'prores' | (string & {})

export interface AudioTrack {
  /** `aac`, `mp3`, `opus`, `vorbis`, `flac`, `ac3`, `eac3`, `pcm-…`, else the container's own identifier. */
  readonly codec: string
  readonly channels: number
  readonly sampleRateHz: number
}

export interface Mp4Layout {
  /** The index (`moov`) stands before the media data, so that playing can start before the whole file has arrived. */
  readonly fastStart: boolean
  /** The media data comes in fragments (`moof`), as recorders write it. */
  readonly fragmented: boolean
  /** An edit list shifts or cuts the timeline. */
  readonly editList: boolean
}
