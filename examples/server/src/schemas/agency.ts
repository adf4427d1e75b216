import * as z from 'zod'
import { moment } from './page.ts'

export const approvalField = z.enum(['none', 'required']).meta({
  description:
    'Whether posts wait for an approval unless they say otherwise. Counts for posts that are created from now on.',
})

export const agencySchema = z
  .strictObject({
    externalId: z.string().meta({ description: 'The id that the keys of this agency were made for.' }),
    approval: approvalField,
    createdAt: moment,
  })
  .meta({ id: 'Agency' })
