import type { Fraction } from '../fraction.ts'
import type { UnitPrice } from '../priced-line.ts'
import type { TimesUtc } from './times-utc.ts'

/** A price card as numbers. */
export interface ParsedCard {
  readonly id: string
  readonly tier: string
  /** Milliseconds since 1970; a card without a start has none. */
  readonly fromMs: number
  readonly untilMs: number
  readonly times: TimesUtc | null
  readonly prices: ReadonlyMap<string, UnitPrice>
  /** Of graduated prices, the lowest threshold first. */
  readonly steps: ReadonlyMap<string, readonly (UnitPrice & { readonly above: bigint })[]>
  /** The highest threshold first. */
  readonly contexts: readonly {
    readonly aboveInputTokens: bigint
    readonly prices: ReadonlyMap<string, UnitPrice>
  }[]
  readonly regionFactors: ReadonlyMap<string, Fraction>
}

/** A model of the catalogue as numbers. */
export interface ParsedModel {
  readonly cards: readonly ParsedCard[]
}
