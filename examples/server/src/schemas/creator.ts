import * as z from 'zod'
import { moment } from './page.ts'

export const creatorSchema = z
  .strictObject({
    id: z.string(),
    externalId: z.string().nullable().meta({ description: "The app's own id." }),
    name: z.string().nullable(),
    createdAt: moment,
  })
  .meta({ id: 'Creator' })
