import * as z from 'zod'

/** A moment as it is written in answers. */
export const moment = z.iso.datetime().meta({ description: 'ISO 8601, UTC.' })

/** How far to read a list. */
export const pageQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).optional().meta({ description: 'Items of a page, 1 to 200.' }),
  after: z.string().min(1).optional().meta({ description: '`next` of the page before.' }),
})

/** Who asks, for the history. Default: the API key. */
export const byField = z
  .string()
  .min(1)
  .max(200)
  .optional()
  .meta({ description: 'Who, for the history. Default: the key.' })

/** One page of a list, newest first. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    items: z.array(item),
    next: z.string().nullable().meta({ description: 'Pass as `after` for the next page; null at the end.' }),
  })
}
