import * as z from 'zod'
import { moment } from './page.ts'

/** Exactly one member. */
export const pauseScopeSchema = z
  .union([
    z.strictObject({ account: z.string() }),
    z.strictObject({ creator: z.string() }),
    z.strictObject({ platform: z.string() }),
    z.strictObject({ agency: z.literal(true) }),
    z.strictObject({ everything: z.literal(true) }),
  ])
  .meta({ id: 'PauseScope', description: 'What is stopped. Exactly one member.' })

export const pauseSchema = z
  .strictObject({
    scope: z.enum(['account', 'creator', 'platform', 'agency', 'everything']),
    key: z.string(),
    reason: z.string(),
    by: z.string(),
    since: moment,
    until: moment.nullable(),
  })
  .meta({ id: 'Pause' })
