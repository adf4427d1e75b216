import * as z from 'zod'
import { type Route, route } from '../route.ts'
import { accountSampleSchema, metricSampleSchema, partReadingSchema } from '../schemas/metrics.ts'

const tag = 'Metrics'
const publicationPath = z.strictObject({ publication: z.string() })

/** What platforms count: stored series, and a read at once. */
export const metricsRoutes: readonly Route[] = [
  route({
    method: 'get',
    url: '/v1/publications/:publication/metrics',
    operationId: 'listMetrics',
    tag,
    summary: 'The stored samples of a publication, by part and age. An age that is missing was not read in time.',
    path: publicationPath,
    answers: { 200: z.strictObject({ items: z.array(metricSampleSchema) }) },
    run: async ({ path: { publication }, caller }) => ({
      status: 200,
      body: { items: await caller.social.metrics.samples(publication) },
    }),
  }),
  route({
    method: 'post',
    url: '/v1/publications/:publication/metrics/read',
    operationId: 'readMetrics',
    tag,
    summary: 'Asks the platform now, and stores nothing. Costs what the platform asks for a read.',
    path: publicationPath,
    answers: { 200: z.strictObject({ items: z.array(partReadingSchema) }) },
    run: async ({ path: { publication }, caller }) => ({
      status: 200,
      body: { items: await caller.social.metrics.read(publication) },
    }),
  }),
  route({
    method: 'get',
    url: '/v1/accounts/:account/metrics',
    operationId: 'listAccountMetrics',
    tag,
    summary: 'The stored samples of an account, newest first.',
    path: z.strictObject({ account: z.string() }),
    query: z.strictObject({
      since: z.iso.datetime({ offset: true }).optional().meta({ description: 'None before this moment.' }),
      limit: z.coerce.number().int().min(1).max(1_000).optional().meta({ description: '1 to 1000; default 100.' }),
    }),
    answers: { 200: z.strictObject({ items: z.array(accountSampleSchema) }) },
    run: async ({ path: { account }, query: { since, limit }, caller }) => {
      const wanted = { ...(since && { since: new Date(since) }), ...(limit && { limit }) }
      return { status: 200, body: { items: await caller.social.metrics.accountSamples(account, wanted) } }
    },
  }),
]
