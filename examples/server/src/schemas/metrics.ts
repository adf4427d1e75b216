import * as z from 'zod'
import { moment } from './page.ts'

const counters = z
  .record(z.string(), z.number())
  .meta({ description: "By the platform's own names. A missing counter is unknown, never zero." })

export const metricSampleSchema = z
  .strictObject({
    publicationId: z.string(),
    partIndex: z.int(),
    ageMs: z.int().meta({ description: 'The age in the plan; `at` says when it was really read.' }),
    at: moment,
    counters,
  })
  .meta({ id: 'MetricSample' })

export const accountSampleSchema = z.strictObject({ at: moment, counters }).meta({ id: 'AccountMetricSample' })

export const partReadingSchema = z
  .strictObject({
    partIndex: z.int(),
    externalId: z.string(),
    counters: counters.nullable().meta({ description: 'Null: the platform did not say.' }),
  })
  .meta({ id: 'PartReading' })
