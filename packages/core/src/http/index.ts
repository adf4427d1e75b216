export { createJsonClient } from './create-json-client.ts'
export type {
  FormField,
  HttpFailure,
  HttpRequest,
  JsonClient,
  JsonClientOptions,
  OpenedAnswer,
} from './json-client.ts'
export { type RateLimitHeaders, readRateWindow } from './rate-limit-headers.ts'
export { parseRetryAfter, readRetryAfterMs } from './retry-after.ts'
