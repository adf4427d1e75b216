import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { AgencySocial, Social } from '@ofm-social/core'
import type { Request, RequestHandler, Response } from 'express'
import * as z from 'zod'
import type { ApiKeys } from './api-keys.ts'
import { fingerprintOf, type Idempotency, type KeptAnswer, type KeyFate, parseIdempotencyKey } from './idempotency.ts'
import { HttpProblem, toProblem } from './problem.ts'
import { readJson } from './read-json.ts'
import { requestIdOf } from './request-id.ts'
import type { Answer, Call, Caller, Route } from './route.ts'
import { systemCodeOf } from './start-error.ts'

export interface ServeDependencies {
  readonly social: Social
  readonly apiKeys: ApiKeys
  readonly idempotency: Idempotency
  /** `checked`: an answer that differs from the reference is a failure. For tests. */
  readonly answers: 'checked' | 'trusted'
}

/** Who calls, what was sent, one call, the answer: the same for every route. */
export function serveRoute(route: Route, dependencies: ServeDependencies): RequestHandler {
  return async (request, response) => {
    const caller = route.access === 'none' ? nobody : await findCaller(request, dependencies)
    response.locals.keyId = caller.keyId
    const body = route.schemas.body && !route.upload ? await readJson(request) : undefined
    const key = route.idempotent ? parseIdempotencyKey(request.get('idempotency-key')) : undefined
    const scope = `${caller.agency ?? ''} ${caller.keyId} ${route.method} ${route.url}`
    const call: Call<unknown, unknown, unknown> = {
      path: request.params,
      query: request.query,
      body,
      caller,
      request,
      signal: endWith(response),
      idempotencyKey: key === undefined ? undefined : `http-${fingerprintOf([scope, key])}`,
    }
    if (key === undefined) {
      const answer = checked(route, await route.handle(call), dependencies)
      const next = readNext(answer.body)
      if (next !== undefined) response.set('link', toNextLink(request, next))
      return send(response, answer)
    }
    const fingerprint = fingerprintOf([request.params, request.query, body])
    const { answer, replayed } = await dependencies.idempotency.run(
      { scope, key, fingerprint },
      () => answerOrProblem(route, call, requestIdOf(response)),
      toFate,
    )
    if (replayed) response.set('idempotency-replayed', 'true')
    return send(response, checked(route, answer, dependencies))
  }
}

/** Open routes act for nobody: one that tries is refused, whatever it asks for. */
const nobody: Caller = {
  keyId: 'none',
  by: 'nobody',
  agency: null,
  get social(): AgencySocial {
    throw new HttpProblem('unauthorized', 'This route acts for no agency.')
  },
}

async function findCaller(request: Request, { apiKeys, social }: ServeDependencies): Promise<Caller> {
  const [, text] = /^Bearer +(\S+)$/i.exec(request.get('authorization') ?? '') ?? []
  const owner = text === undefined ? undefined : await apiKeys.find(text)
  if (!owner) {
    throw new HttpProblem('unauthorized', 'Send a valid key: Authorization: Bearer ofm_live_…', {
      headers: { 'www-authenticate': 'Bearer' },
    })
  }
  return { ...owner, by: `key ${owner.keyId}`, social: owner.agency === null ? social : social.forAgency(owner.agency) }
}

/** A refusal is an answer too, and the same again. */
async function answerOrProblem(route: Route, call: Call<unknown, unknown, unknown>, requestId: string) {
  try {
    const { status, body } = await route.handle(call)
    return { status, body }
  } catch (error) {
    const problem = toProblem(error, requestId)
    if (problem.status >= 500) throw error
    return { status: problem.status, body: problem }
  }
}

/** Bad input: nothing has happened, and it comes again in other words. */
const corrected = ['invalid_input', 'invalid_post', 'not_found', 'unknown_platform', 'mixed_creators']

function toFate({ status, body }: KeptAnswer): KeyFate {
  if (status < 300) return 'keep'
  if (typeof body !== 'object' || body === null || !('code' in body) || !('retryable' in body)) return 'keep'
  if (corrected.some((code) => code === body.code)) return 'forget'
  return body.retryable === true ? 'repeat' : 'keep'
}

function checked(route: Route, answer: Answer, { answers }: ServeDependencies): Answer {
  const schema = route.answers[answer.status]
  if (answers === 'checked' && answer.status < 400) {
    if (schema === undefined)
      throw new TypeError(`${route.operationId} answered ${answer.status}, which is not in the reference.`)
    if (typeof schema !== 'string') {
      const parsed = schema.safeParse(JSON.parse(JSON.stringify(answer.body ?? null)))
      if (!parsed.success) throw new TypeError(`${route.operationId}: ${z.prettifyError(parsed.error)}`)
    }
  }
  return answer
}

async function send(response: Response, { status, headers, body, stream, html, text }: Answer): Promise<void> {
  response
    .status(status)
    .set('cache-control', 'no-store')
    .set(headers ?? {})
  if (status >= 400 && body !== undefined) response.type('application/problem+json')
  if (stream) return sendStream(stream, response)
  if (html !== undefined) response.type('html').send(html)
  else if (text !== undefined) response.end(text)
  else if (body === undefined) response.end()
  else response.json(body)
}

/** A reader that goes away has what it wanted; the log says that the answer is not complete. */
async function sendStream(stream: ReadableStream<Uint8Array>, response: Response): Promise<void> {
  try {
    await pipeline(Readable.fromWeb(stream), response)
  } catch (error) {
    if (systemCodeOf(error) !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  }
}

/** Where the next page of a list begins; undefined for what is no list, or its end. */
function readNext(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('items' in body) || !('next' in body)) return undefined
  return typeof body.next === 'string' ? body.next : undefined
}

/** RFC 8288, relative to the request: what a proxy calls us changes nothing. */
function toNextLink({ originalUrl }: Request, next: string): string {
  const { searchParams } = new URL(originalUrl, 'http://localhost')
  searchParams.set('after', next)
  return `<?${searchParams}>; rel="next"`
}

function endWith(response: Response): AbortSignal {
  const gone = new AbortController()
  response.once('close', () => gone.abort(new HttpProblem('body_too_slow', 'The caller went away.')))
  return gone.signal
}
