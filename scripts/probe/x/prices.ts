import type { ProbeRequest } from '../probe-definition.ts'

/** List prices of https://docs.x.com/x-api/getting-started/pricing; that deleting is billed is assumed. */
export const post: ProbeRequest = { request: 'POST /2/tweets', costMicroUsd: 15_000 }
export const remove: ProbeRequest = { request: 'DELETE /2/tweets/{id}', costMicroUsd: 10_000 }
export const readMe: ProbeRequest = { request: 'GET /2/users/me', costMicroUsd: 10_000 }
export const readTimeline: ProbeRequest = { request: 'GET /2/users/{id}/tweets (5 posts)', costMicroUsd: 25_000 }
