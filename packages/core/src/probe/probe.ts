import type { MediaInfo } from '../model/media-info.ts'
import { type BoundedReader, createBoundedReader, SourceFailure } from './bounded-reader.ts'
import { readImage } from './image.ts'
import type { MediaSource } from './media-source.ts'
import { sniffBytes, sniffFormat } from './sniff.ts'
import { Unreadable } from './unreadable.ts'
import { readVideo } from './video.ts'

export interface ProbeOptions {
  /** Default 10,000. */
  readonly timeoutMs?: number
  /** Bytes fetched from the source in all. Default 33,554,432 (32 MiB); a file that needs more is `limit_exceeded`. */
  readonly bytesReadMax?: number
  /** Ends the probe; its reason is thrown. */
  readonly signal?: AbortSignal
}

/**
 * Reads what a media file is from its bytes. Files are untrusted: whatever they hold, the answer comes within the limits, and a file that
 * cannot be read is a result of kind `unknown` with the reason.
 *
 * Between two reads the work is in proportion to the bytes just read, and the event loop gets a turn every few hundred reads: so the time
 * limit also ends files that are made to keep a parser busy.
 *
 * @throws What the source throws, and the reason of an aborted signal; never because of the file's content.
 */
export async function probe(source: MediaSource, options: ProbeOptions = {}): Promise<MediaInfo> {
  const { timeoutMs = 10_000, bytesReadMax = 33_554_432, signal } = options
  const timeout = new AbortController()
  const timer = setTimeout(() => {
    timeout.abort(new Unreadable('limit_exceeded', `The file could not be understood within ${timeoutMs} ms.`))
  }, timeoutMs)
  const signals = signal ? [signal, timeout.signal] : [timeout.signal]
  try {
    return await readMedia(createBoundedReader(source, { bytesReadMax, signal: AbortSignal.any(signals) }))
  } catch (error) {
    if (error instanceof SourceFailure) throw error.cause
    if (!(error instanceof Unreadable)) throw error
    const { code, message } = error
    return { kind: 'unknown', sizeBytes: source.sizeBytes, reason: { code, message } }
  } finally {
    clearTimeout(timer)
  }
}

async function readMedia(reader: BoundedReader): Promise<MediaInfo> {
  if (reader.sizeBytes === 0) throw new Unreadable('empty', 'The file is empty.')
  const format = sniffFormat(await reader.read(0, Math.min(sniffBytes, reader.sizeBytes)))
  switch (format) {
    case 'mp4':
    case 'mov':
    case 'matroska':
      return readVideo(reader, format)
    default:
      return readImage(reader, format)
  }
}
