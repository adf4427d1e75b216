import { parseBaseUrl } from './base-url.ts'
import { defaultDispatcher } from './default-dispatcher.ts'
import { type Call, type ClientSettings, exchange } from './exchange.ts'
import type { HttpRequest, JsonClient, JsonClientOptions } from './json-client.ts'
import { openAnswer } from './open-answer.ts'
import { readAnswer } from './read-answer.ts'

/**
 * Makes the HTTP client of an adapter.
 *
 * @throws {TypeError} when `baseUrl` or `timeoutMs` cannot be used.
 */
export function createJsonClient(options: JsonClientOptions): JsonClient {
  const timeoutMs = options.timeoutMs ?? 30_000
  if (!(timeoutMs > 0)) throw new TypeError(`timeoutMs is ${timeoutMs}; it must be more than 0.`)
  const base = parseBaseUrl(options.baseUrl)
  const settings: ClientSettings = { options, base, dispatcher: options.dispatcher ?? defaultDispatcher(), timeoutMs }
  const send = <Answer>(call: Call, request: HttpRequest<Answer>) =>
    exchange({ settings, call, request }, (answered) => readAnswer(answered, request.answer))
  return {
    get: (path, request) => send({ method: 'GET', path, mutating: false }, request),
    read: (method, path, request) => send({ method, path, mutating: false }, request),
    mutate: (method, path, request) => send({ method, path, mutating: true }, request),
    open: (path, request) =>
      exchange(
        {
          settings,
          call: { method: 'GET', path, mutating: false },
          request: { ...request, headers: { accept: '*/*', ...request.headers } },
        },
        openAnswer,
      ),
  }
}
