import * as z from 'zod'
import { problemKinds } from '../problem.ts'

/** `application/problem+json`. */
export const problemSchema = z
  .strictObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string().meta({ description: 'For people: what is wrong, and the limit where there is one.' }),
    instance: z.string().meta({ description: 'Holds the id of the request, as the logs do.' }),
    code: z
      .enum(problemKinds.map(({ code }) => code))
      .meta({ description: 'What the caller does next depends on this.' }),
    errors: z
      .array(z.looseObject({ pointer: z.string(), code: z.string(), message: z.string() }))
      .meta({ description: 'Everything that is wrong, at once; `pointer` points into the body.' }),
    offers: z.array(z.string()).meta({ description: 'What may be done instead, such as `remove`.' }),
    retryable: z.boolean().meta({ description: 'The same request may succeed later.' }),
  })
  .meta({ id: 'Problem' })
