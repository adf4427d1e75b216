import type { RepetitionLimits } from './repetition-limits.ts'

/** A platform's limits as data, with where they were read and when. Platforms add their own members. */
export interface PlatformLimits {
  /** Longest text, in the platform's own counting. */
  readonly textLengthMax: number
  /** Most media in one part. */
  readonly assetsMax?: number
  /** Most parts in one `readMetrics`. Default 1. */
  readonly metricsBatchMax?: number
  readonly repetition?: RepetitionLimits
  /** Where the numbers were read. */
  readonly source: string
  /** ISO date of the reading. */
  readonly checkedOn: string
}
