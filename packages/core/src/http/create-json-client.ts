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
  const call = <Answer>(endpoint: Call, request: HttpRequest<Answer>) =>
    exchange(settings, endpoint, request, (answered) => readAnswer(answered, request.answer))
  return {
    get: (path, request) => call({ method: 'GET', path, mutating: false }, request),
    read: (method, path, request) => call({ method, path, mutating: false }, request),
    mutate: (method, path, request) => call({ method, path, mutating: true }, request),
    open: (path, request) =>
      exchange(
        settings,
        { method: 'GET', path, mutating: false },
        { ...request, headers: { accept: '*/*', ...request.headers } },
        openAnswer,
      ),
  }
}
