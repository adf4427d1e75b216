import type { FrameTiming } from './frame-timing.ts'

/** More tracks than any video has that people publish. */
export const tracksMax = 32

/** What a container says beside the codecs. */
export interface ContainerFacts {
  /** A small file of the same format that only describes the tracks: what a parser of codecs gets to see. */
  readonly description: Uint8Array
  readonly durationSeconds?: number
  readonly timing?: FrameTiming
}
