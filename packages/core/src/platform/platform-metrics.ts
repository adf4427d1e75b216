import type { PartRequest } from './part-request.ts'

/** What a platform counts, by its own names. What it did not say is missing, never zero. */
export type Counters = Readonly<Record<string, number>>

/** A part that is live: what `readMetrics` is asked about. */
export interface PublishedPart<Settings = unknown> extends PartRequest<Settings> {
  readonly externalId: string
  /** Epoch milliseconds. */
  readonly publishedAt: number
}

/**
 * What one read said about one part. A part that the answer leaves out is a gap. `gone`: the platform says that the post is not there any
 * more; believed when two reads an hour or more apart say so.
 */
export type PartMetrics =
  | { readonly externalId: string; readonly counters: Counters; readonly gone?: undefined }
  | { readonly externalId: string; readonly gone: true; readonly counters?: undefined }
