import type { MeterPrice } from '../platform/platform-meters.ts'

/** What a platform asks for one use of a meter. */
export const samplePrice = (meter: string, usdNanos: number): MeterPrice => ({
  meter,
  usdNanos,
  per: 1,
  validFrom: '2026-01-01',
  source: 'a price list',
})
