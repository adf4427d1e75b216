import type { RequestHandler } from 'express'
import type { Log } from './log.ts'
import { requestIdOf } from './request-id.ts'

/** One line per request: the route's pattern and never the address, whose query holds codes and states of logins. */
export function logRequests(log: Log): RequestHandler {
  return (request, response, next) => {
    const begunAt = performance.now()
    response.once('close', () => {
      log.info(
        {
          requestId: requestIdOf(response),
          method: request.method,
          route: toPattern(request.route),
          status: response.statusCode,
          complete: response.writableFinished,
          durationMs: Math.round(performance.now() - begunAt),
          key: response.locals.keyId,
        },
        'request',
      )
    })
    next()
  }
}

function toPattern(route: unknown): string | null {
  if (typeof route !== 'object' || route === null || !('path' in route)) return null
  return String(route.path)
}
