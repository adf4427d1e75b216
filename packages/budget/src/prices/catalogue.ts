/** Decimal strings by meter, as published. */
export type MeterPrices = Readonly<Record<string, string | undefined>>

/** A vendor's prices for one model on one tier of service, from one day on. Once used, a card is never changed: a newer one takes over. */
export interface PriceCard {
  /** Unique and permanent: entries of the ledger point at it. */
  readonly id: string
  /** `standard`, `batch`, `flex`, `priority`, or the vendor's own word. */
  readonly tier: string
  /** ISO date or moment, UTC, from which it holds; it replaces all older cards of the tier. Absent: since the model exists. */
  readonly from?: string
  /** When an announced price ends, UTC. Absent: until a newer card. */
  readonly until?: string
  /** Only at these times, such as peak hours. Wins over a card of the same day without times. */
  readonly timesUtc?: {
    /** 1 is Monday. */
    readonly weekdays: readonly number[]
    /** `01:00-04:00`: the end is outside. */
    readonly hours: readonly string[]
  }
  /** Per 1,000,000 units: tokens. */
  readonly perMillion?: MeterPrices
  /** Per 1,000 units: searches, pages. */
  readonly perThousand?: MeterPrices
  /** Per unit: requests, posts. */
  readonly each?: MeterPrices
  /** Per minute; quantities are whole milliseconds. */
  readonly perMinute?: MeterPrices
  /**
   * Long-context prices per 1,000,000, by the total input that must be exceeded, cached input included. They price the whole call, output too; a meter
   * that is missing keeps its price.
   */
  readonly aboveInputTokens?: Readonly<Record<string, MeterPrices | undefined>>
  /**
   * What each unit above a threshold costs, by meter and threshold: `{ input: { '128000': '2.5' } }`, for as many units as the meter's own price, which is
   * that of the units up to the first threshold. What has no price of its own counts with what it is priced as: thinking with output.
   */
  readonly graduated?: Readonly<Record<string, Readonly<Record<string, string | undefined>> | undefined>>
  /** Surcharges from this card on, instead of the model's. */
  readonly regionFactors?: Readonly<Record<string, string>>
  /** Meters whose price the vendor does not name, and why it is taken. */
  readonly assumed?: Readonly<Record<string, string>>
  /** A card that was wrong from the start, and why: this one holds instead, and entries that were made with it keep pointing at it. */
  readonly corrects?: { readonly card: string; readonly reason: string }
  /** ISO date on which the numbers were read. */
  readonly seenOn: string
  /** Where they were read, when not on the vendor's own page. */
  readonly seenIn?: readonly string[]
}

/** A model, or whatever else a vendor sells under one name. */
export interface CatalogueModel {
  readonly model: string
  /** Other exact names. Dated names (`-2026-03-05`) and region prefixes (`us.`) need none. */
  readonly aliases?: readonly string[]
  /** Names with `*`; the longest that fits wins. */
  readonly patterns?: readonly string[]
  /** What fits into one call. */
  readonly inputTokensMax?: number
  readonly outputTokensMax?: number
  /** Surcharges as decimal strings by the vendor's name of the region: `{ us: '1.1' }`. Part of each card that has none of its own: a new one comes with a new card. */
  readonly regionFactors?: Readonly<Record<string, string>>
  readonly cards: readonly PriceCard[]
}

/** What one vendor charges: plain data, safe as JSON. */
export interface PriceCatalogue {
  readonly vendor: string
  /** ISO 4217. */
  readonly currency: string
  /** The vendor's price page. */
  readonly source: string
  readonly models: readonly CatalogueModel[]
}
