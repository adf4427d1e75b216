export type { MediaSource } from './media-source.ts'
export { type ProbeOptions, probe } from './probe.ts'
export { readerFor } from './reader-for.ts'
