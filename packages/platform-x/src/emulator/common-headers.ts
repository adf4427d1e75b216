import type { EmulatorAnswer, EmulatorContext, EmulatorRequest } from '@ofm-social/core/testing'
import type { XState } from './state.ts'

/** What recorded answers of the API have beside their rate headers; pages for people have none of it. */
export function addCommonHeaders(
  { path }: EmulatorRequest,
  answer: EmulatorAnswer,
  { random }: EmulatorContext<XState>,
): EmulatorAnswer {
  const isApi = /^\/(2|1\.1|oauth2)\//.test(path) || /^\/oauth\/(request|access)_token$/.test(path)
  if (!isApi) return answer
  const isJson = answer.json !== undefined
  const headers = {
    'api-version': '2.167',
    'cache-control': 'no-cache, no-store, max-age=0',
    ...(isJson ? { 'content-disposition': 'attachment; filename=json.json' } : {}),
    'x-access-level': 'read-write',
    'x-response-time': '42',
    'x-transaction-id': Buffer.from(random(8)).toString('hex'),
  }
  return { ...answer, headers: { ...headers, ...answer.headers } }
}
