import type { PartRequest } from './part-request.ts'
import type { DestinationFacts } from './platform-adapter.ts'

/** So many units of something that a platform bills, such as one `post.create`. */
export interface MeterUse {
  readonly meter: string
  /** Whole units. */
  readonly quantity: number
}

/** A published price: whole billionths of a US dollar for so many units. A price in use is never changed; a new one begins later. */
export interface MeterPrice {
  readonly meter: string
  /** A whole number. */
  readonly usdNanos: number
  /** Units that the amount buys; a whole number. */
  readonly per: number
  /** ISO date from which it holds, UTC. */
  readonly validFrom: string
  /** What its units are called in a sentence. Default: the meter's name. */
  readonly label?: { readonly one: string; readonly many: string }
  /** A thing that was billed is free until the day ends (UTC), however often it is read. */
  readonly oncePerDay?: true
  /** Where it was read, or on whose word it is assumed. */
  readonly source: string
}

/** What calls of a platform cost. Present only where calls cost money. */
export interface PlatformMeters<Settings = unknown> {
  readonly prices: readonly MeterPrice[]
  /** All that publishing a part uses, uploads included; and what finding out may use on top, when its outcome stays unknown. Pure. */
  usesOfPart(
    part: PartRequest<Settings>,
    facts: DestinationFacts | undefined,
  ): { readonly publish: readonly MeterUse[]; readonly lookUps: readonly MeterUse[] }
  /** What one `readBaseline` uses at most; it comes before every write. Absent: free. */
  usesOfBaseline?(): readonly MeterUse[]
  /** What one `readFacts` uses. Absent: free. */
  usesOfFacts?(): readonly MeterUse[]
  /** What one `readAccount` or `listAccounts` uses. Absent: free. */
  usesOfAccount?(): readonly MeterUse[]
  /** What removing one part uses. */
  usesOfRemoval(): readonly MeterUse[]
  /** What one `readMetrics` of so many parts uses. Absent: free. Reading that costs is off until the host turns it on. */
  usesOfMetrics?(parts: number): readonly MeterUse[]
  /** What one `readAccountMetrics` uses. Absent: free. */
  usesOfAccountMetrics?(): readonly MeterUse[]
}
