import type { CallContext, Counters } from '@ofm-social/core'
import * as z from 'zod'
import type { ApiParts } from './api.ts'

const insightsSchema = z.object({
  data: z.array(
    z.object({
      name: z.string(),
      values: z.array(z.object({ value: z.unknown() })).nullish(),
      total_value: z.object({ value: z.unknown() }).nullish(),
    }),
  ),
})
const likesSchema = z.object({ like_count: z.number().nullish() })

/** https://developers.facebook.com/documentation/instagram-platform/insights */
export function createMetricCalls({ graph, versioned }: ApiParts) {
  return {
    async readMediaInsights(mediaId: string, metrics: readonly string[], context: CallContext): Promise<Counters> {
      const request = { context, query: { metric: metrics.join(',') }, answer: insightsSchema }
      return toCounters(await graph.get(versioned(`/${mediaId}/insights`), request))
    },
    /** Of the last 24 hours. */
    async readAccountInsights(accountId: string, metrics: readonly string[], context: CallContext): Promise<Counters> {
      const query = { metric: metrics.join(','), period: 'day', metric_type: 'total_value' }
      const request = { context, query, answer: insightsSchema }
      return toCounters(await graph.get(versioned(`/${accountId}/insights`), request))
    },
    async readCommentCounters(commentId: string, context: CallContext): Promise<Counters> {
      const request = { context, query: { fields: 'id,like_count' }, answer: likesSchema }
      const { like_count: likes } = await graph.get(versioned(`/${commentId}`), request)
      return likes == null ? {} : { like_count: likes }
    },
  }
}

/** What is not there is left out: no data is not zero. */
function toCounters({ data }: z.infer<typeof insightsSchema>): Counters {
  return Object.fromEntries(
    data.flatMap(({ name, values, total_value: total }) => {
      const value = values?.[0]?.value ?? total?.value
      return typeof value === 'number' ? [[name, value]] : []
    }),
  )
}
