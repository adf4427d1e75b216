/** Random access to the bytes of one file, wherever they are: on disk, in memory, in a bucket. */
export interface MediaSource {
  readonly sizeBytes: number
  /** Brings exactly `length` bytes; the range is always inside the file. A rejection ends the probe and passes through. */
  read(offset: number, length: number, signal: AbortSignal): Promise<Uint8Array>
}
