import * as z from 'zod'

/** A variable that holds several words, with commas between them; none when it is not set. */
export const commaList = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  )
