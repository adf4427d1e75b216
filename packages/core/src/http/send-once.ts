import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'

/** One request as it goes to undici. */
export interface Sending {
  readonly dispatcher: Dispatcher
  readonly origin: string
  readonly method: string
  readonly pathAndQuery: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | Readable | null
  readonly signal: AbortSignal
  /** Longest pause between two chunks of the answer. */
  readonly bodyTimeoutMs: number
  /** Asked on a live connection, right before the first byte. An error means: send nothing. */
  admit(): Error | undefined
}

/**
 * Sends one request. `admit` is asked from undici's `onRequestStart`, which comes after DNS, TCP and TLS and before the first byte; undici calls it
 * again if it puts a request on another connection, which `admit` can see and refuse.
 */
export function sendOnce(sending: Sending): Promise<Dispatcher.ResponseData> {
  const { dispatcher, origin, method, pathAndQuery, headers, body, signal, bodyTimeoutMs, admit } = sending
  const watched = dispatcher.compose((dispatch) => (options, handler) => dispatch(options, admitStart(handler, admit)))
  return watched.request({
    origin,
    method,
    path: pathAndQuery,
    headers,
    body,
    signal,
    // Never behind another request on its connection, never moved to another one.
    idempotent: false,
    // The signal ends a call that gets no headers.
    headersTimeout: 0,
    bodyTimeout: bodyTimeoutMs,
  })
}

function admitStart(handler: Dispatcher.DispatchHandler, admit: () => Error | undefined): Dispatcher.DispatchHandler {
  let started = false
  return {
    onRequestStart(controller, context) {
      started = true
      const refusal = admit()
      if (refusal) controller.abort(refusal)
      else handler.onRequestStart?.(controller, context)
    },
    onResponseStart(controller, statusCode, headers, statusMessage) {
      // A dispatcher of the host may answer without starting a request: an answer means that it was sent.
      const refusal = started ? undefined : admit()
      started = true
      if (refusal) controller.abort(refusal)
      else handler.onResponseStart?.(controller, statusCode, headers, statusMessage)
    },
    onResponseData: (controller, chunk) => handler.onResponseData?.(controller, chunk),
    onResponseEnd: (controller, trailers) => handler.onResponseEnd?.(controller, trailers),
    onResponseError: (controller, error) => handler.onResponseError?.(controller, error),
  }
}
