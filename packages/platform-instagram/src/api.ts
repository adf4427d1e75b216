import { createJsonClient, type JsonClient } from '@ofm-social/core/http'
import { createAccountCalls } from './api-accounts.ts'
import { createMediaCalls } from './api-media.ts'
import { createMetricCalls } from './api-metrics.ts'
import { createTokenCalls } from './api-tokens.ts'
import type { InstagramAdapterConfig, InstagramHost } from './options.ts'
import { readRateWindows } from './rate-windows.ts'
import { toPlatformError } from './to-platform-error.ts'

export type InstagramApi = ReturnType<typeof createInstagramApi>

/** What the endpoints share. */
export interface ApiParts {
  readonly config: InstagramAdapterConfig
  /** The Graph API of this login's tokens: a token of the other host is refused. */
  readonly graph: JsonClient
  /** `/v25.0` before a path. */
  versioned(path: string): string
  createClient(host: InstagramHost): JsonClient
}

/**
 * The endpoints that the adapter uses, on the hosts of one login.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform
 */
export function createInstagramApi(config: InstagramAdapterConfig) {
  const { userAgent, timeoutMs, dispatcher, toUrl, login, version } = config
  const createClient = (host: InstagramHost) =>
    createJsonClient({
      baseUrl: toUrl(host),
      userAgent,
      timeoutMs,
      dispatcher,
      readRateWindows,
      toError: toPlatformError,
    })
  const graph = createClient(login === 'facebook' ? 'graph.facebook.com' : 'graph.instagram.com')
  const parts: ApiParts = { config, graph, createClient, versioned: (path) => `/${version}${path}` }
  return {
    ...createTokenCalls(parts),
    ...createAccountCalls(parts),
    ...createMediaCalls(parts),
    ...createMetricCalls(parts),
  }
}
