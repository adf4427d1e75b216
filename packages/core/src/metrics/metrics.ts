import type { Counters } from '../platform/platform-metrics.ts'

/** What the platform counted for a part at one age. A missing age is a gap: it was not read in time, and is never filled in. */
export interface MetricSample {
  readonly publicationId: string
  readonly partIndex: number
  /** The age in the plan, milliseconds since it was published. `at` says when it was really read. */
  readonly ageMs: number
  readonly at: Date
  /** By the platform's own names. A missing counter is unknown, not zero. */
  readonly counters: Counters
}

/** What the platform counted for the account itself. */
export interface AccountMetricSample {
  readonly at: Date
  readonly counters: Counters
}

/** What the platform counts for a part now. `counters` null: it did not say. */
export interface PartReading {
  readonly partIndex: number
  readonly externalId: string
  readonly counters: Counters | null
}

/**
 * What platforms count: series at the ages of 15 minutes, 1, 3, 6, 23 and 72 hours, 7 and 29 days, and once a day for accounts. Read by the engine
 * for platforms that count and ask no money for it; for the others once `createSocial({ metrics: { x: true } })` turns it on.
 */
export interface Metrics {
  /** Stored samples, by part and age. */
  samples(publication: string): Promise<readonly MetricSample[]>
  /** Stored samples of an account, newest first, at most `limit` (default 100). */
  accountSamples(
    account: string,
    options?: { readonly since?: Date; readonly limit?: number },
  ): Promise<readonly AccountMetricSample[]>
  /**
   * Asks the platform now, and stores nothing. Costs what the platform asks for a read.
   *
   * @throws {SocialError} `not_found`; `not_allowed` when the platform counts nothing; `platform_failed`.
   */
  read(publication: string): Promise<readonly PartReading[]>
}
