import { randomUUID } from 'node:crypto'
import type { RequestHandler, Response } from 'express'

const form = /^[\w.-]{8,64}$/

/** Gives each request an id: the caller's own `X-Request-Id` where it has a harmless form. */
export const assignRequestId: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id')
  const id = given !== undefined && form.test(given) ? given : randomUUID()
  response.locals.requestId = id
  response.set('x-request-id', id)
  next()
}

/** The id of the request that this response answers. */
export function requestIdOf(response: Response): string {
  const id: unknown = response.locals.requestId
  return typeof id === 'string' ? id : 'none'
}
