import type { Refusal } from './wire-format.ts'

/** https://developers.openai.com/api/docs/guides/error-codes */
export function toOpenAIRefusal({ status, message, code }: Refusal): unknown {
  const type = status === 429 ? 'rate_limit_error' : status >= 500 ? 'server_error' : 'invalid_request_error'
  return { error: { message, type, param: null, code } }
}
