/** How far the upload of one file has come. Stored after every step, so that a new process goes on from there. */
export interface XMediaUpload {
  readonly mediaId: string
  /** `uploaded`: X has it, description and marking are missing. */
  readonly stage: 'appending' | 'finalizing' | 'processing' | 'uploaded' | 'ready'
  /** Epoch milliseconds. */
  readonly expiresAt: number
  /** Segments before this one have arrived. */
  readonly nextSegment: number
  readonly segmentBytes: number
  /** When processing was first asked about, epoch milliseconds. */
  readonly processingSince?: number
  /** When the call that did the last step began, epoch milliseconds. */
  readonly readyAt?: number
}

/** What `prepare` has done so far, in the order of the part's assets. */
export interface XCheckpoint {
  readonly media: readonly XMediaUpload[]
  /** How often an upload had to begin again because X lost or failed it. */
  readonly restarts: number
}

/** X takes segments 0 to 999. https://docs.x.com/x-api/media/quickstart/media-upload-chunked */
const segmentsMax = 1_000

/** The preferred size, or as much as keeps a large file within 1,000 segments. */
export function chooseSegmentBytes(sizeBytes: number, preferredBytes: number): number {
  return Math.max(preferredBytes, Math.ceil(sizeBytes / segmentsMax))
}
