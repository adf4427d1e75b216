import * as z from 'zod'
import { moment } from './page.ts'

const currency = z.string().regex(/^[A-Z]{3}$/, 'must have three capital letters, such as USD')

/** A rate as it was published. */
export const exchangeRateInput = z.strictObject({
  from: currency.meta({ description: 'One unit of it …' }),
  to: currency.meta({ description: '… is `rate` of this one. It serves both directions.' }),
  rate: z
    .string()
    .regex(/^\d{1,18}(\.\d{1,18})?$/, 'must be a decimal such as 1.0832')
    .meta({ description: 'A decimal as published, `1.0832`.' }),
  day: z.iso
    .date('must be a date such as 2026-11-26')
    .meta({ description: 'Of the publication. It holds until a newer one, for a week at most.' }),
  source: z.string().min(1).max(200).meta({ description: 'Where it was read, such as a URL.' }),
})

export const exchangeRateSchema = exchangeRateInput
  .extend({ actor: z.string().nullable(), addedAt: moment })
  .meta({ id: 'ExchangeRate', description: 'A rate on record. One a day and pair; never changed.' })
