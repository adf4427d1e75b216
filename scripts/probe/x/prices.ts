import { createXAdapter } from '@ofm-social/platform-x'
import type { ProbeRequest } from '../probe-definition.ts'

const prices = createXAdapter().meters?.prices ?? []

/** The newest list price that the adapter knows. */
export function toMicroUsd(meter: string): number {
  const [price] = prices.filter((each) => each.meter === meter).sort((a, b) => (a.validFrom < b.validFrom ? 1 : -1))
  if (!price) throw new TypeError(`The adapter of X has no price for ${meter}.`)
  return price.usdNanos / price.per / 1_000
}

export const post: ProbeRequest = { request: 'POST /2/tweets', costMicroUsd: toMicroUsd('post.create') }
export const postWithUrl: ProbeRequest = {
  request: 'POST /2/tweets with a link',
  costMicroUsd: toMicroUsd('post.create.with_url'),
}
export const remove: ProbeRequest = { request: 'DELETE /2/tweets/{id}', costMicroUsd: toMicroUsd('post.delete') }
export const readMe: ProbeRequest = { request: 'GET /2/users/me', costMicroUsd: toMicroUsd('user.read') }
export const readPost: ProbeRequest = { request: 'GET /2/tweets/{id}', costMicroUsd: toMicroUsd('post.read') }
export const readTimeline: ProbeRequest = {
  request: 'GET /2/users/{id}/tweets (5 posts)',
  costMicroUsd: 5 * toMicroUsd('post.read'),
}
export const describeMedia: ProbeRequest = {
  request: 'POST /2/media/metadata',
  costMicroUsd: toMicroUsd('media.metadata'),
}
export const uploadMedia: ProbeRequest = { request: 'POST /2/media/upload…', costMicroUsd: toMicroUsd('media.upload') }
/** The adapter neither reposts nor likes. https://docs.x.com/x-api/getting-started/pricing */
export const interact: ProbeRequest = { request: 'POST /2/users/{id}/retweets or likes', costMicroUsd: 15_000 }
export const undoInteraction: ProbeRequest = {
  request: 'DELETE /2/users/{id}/retweets/{id} or likes/{id}',
  costMicroUsd: 10_000,
}

/** A request that costs nothing at list prices. */
export function free(request: string): ProbeRequest {
  return { request, costMicroUsd: 0 }
}
