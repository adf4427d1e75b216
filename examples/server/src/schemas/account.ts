import * as z from 'zod'
import { moment } from './page.ts'

/** Never holds a token. */
export const accountSchema = z
  .strictObject({
    id: z.string(),
    creatorId: z.string(),
    platform: z.string(),
    externalId: z.string().meta({ description: "The platform's id of the profile." }),
    username: z.string().nullable(),
    url: z.string().nullable(),
    connection: z.strictObject({
      state: z.enum(['active', 'reconnect', 'disconnected']),
      reason: z.string().nullable(),
      scopes: z.array(z.string()),
      missingScopes: z.array(z.string()),
      expiresAt: moment.nullable(),
    }),
    afterUnknown: z.enum(['ask', 'repeat_once']),
    spacingMs: z.int().meta({ description: 'Least distance between late publications.' }),
    createdAt: moment,
  })
  .meta({ id: 'Account' })
