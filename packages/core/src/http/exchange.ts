import type { IncomingHttpHeaders } from 'node:http'
import type { Readable } from 'node:stream'
import type { Dispatcher } from 'undici'
import { type Admission, createAdmission, isTooLate } from './admission.ts'
import type { BaseUrl } from './base-url.ts'
import { CallStopped, type Deadline, startDeadline } from './deadline.ts'
import { toFailureError } from './failure-error.ts'
import type { HttpRequest, JsonClientOptions } from './json-client.ts'
import { parseJson } from './parse-answer.ts'
import { readBodyText } from './read-body.ts'
import { findSecrets, redactSecrets } from './redact-secrets.ts'
import { type RequestBody, toRequestBody } from './request-body.ts'
import { isCallContext, toAuth, toRequestHeaders } from './request-headers.ts'
import { type RequestSpan, startRequestSpan } from './request-span.ts'
import { type RequestTarget, toRequestTarget } from './request-target.ts'
import { sendOnce } from './send-once.ts'
import { toTransportError } from './transport-error.ts'

const failureBytesMax = 64 * 1024

/** What all requests of a client share. */
export interface ClientSettings {
  readonly options: JsonClientOptions
  readonly base: BaseUrl
  readonly dispatcher: Dispatcher
  readonly timeoutMs: number
}

/** One endpoint, as an adapter named it. */
export interface Call {
  readonly method: string
  readonly path: string
  readonly mutating: boolean
}

/** The head of an answer, and its body to read. */
export interface Answered {
  readonly status: number
  readonly headers: Headers
  readonly body: Readable
  /** A body that is read after the call has returned ends with the caller's signal, no longer with its clock. */
  readonly deadline: Deadline
  /** For what goes wrong while the body is read. */
  toError(error: unknown): Error
}

/** Sends one request and reads its success by `read`; whatever else happens is one `PlatformError`. */
export async function exchange<Result>(
  { settings, call, request }: Pick<Exchange, 'settings' | 'call' | 'request'>,
  read: (answered: Answered) => Promise<Result>,
): Promise<Result> {
  const body = toRequestBody(request)
  try {
    const target = toRequestTarget(call.path, request.query)
    const deadline = startDeadline(request.context.signal, toTimeMs(settings, request))
    const named = { ...call, path: target.path }
    const admission = createAdmission(named, request.context, deadline.signal)
    const span = startSpan({ settings, call: named, target, request })
    try {
      const result = await send({ settings, call: named, request, target, body, deadline, admission, span }, read)
      span.end({ isSent: admission.hasStarted() })
      return result
    } catch (error) {
      span.end({ isSent: admission.hasStarted(), error })
      throw error
    } finally {
      deadline.stop()
    }
  } finally {
    void body.cancel()
  }
}

interface Exchange {
  readonly settings: ClientSettings
  readonly call: Call
  readonly request: HttpRequest<unknown>
  readonly target: RequestTarget
  readonly body: RequestBody
  readonly deadline: Deadline
  readonly admission: Admission
  readonly span: RequestSpan
}

async function send<Result>(run: Exchange, read: (answered: Answered) => Promise<Result>): Promise<Result> {
  const { response, sent } = await dispatch(run)
  const status = response.statusCode
  const headers = toHeaders(response.headers)
  run.span.answered(status)
  noteRateWindows(run, status, headers)
  const toError = (error: unknown) => toCallError(run, error, status)
  if (status < 200 || status > 299) throw await readFailure(run, { status, headers, body: response.body, sent })
  try {
    return await read({ status, headers, body: response.body, deadline: run.deadline, toError })
  } catch (error) {
    throw toError(error)
  }
}

async function dispatch(
  run: Exchange,
): Promise<{ readonly response: Dispatcher.ResponseData; readonly sent: Readonly<Record<string, string>> }> {
  const { settings, call, request, target, body, deadline, admission } = run
  const { userAgent } = settings.options
  const agentHeader: Record<string, string> = userAgent === undefined ? {} : { 'user-agent': userAgent }
  const headers = await toRequestHeaders(request, toAuth(request), { ...agentHeader, ...body.headers })
  try {
    if (isTooLate(request.context)) throw new CallStopped('too_late')
    const response = await sendOnce({
      dispatcher: settings.dispatcher,
      origin: settings.base.origin,
      method: call.method,
      pathAndQuery: settings.base.pathPrefix + target.pathAndQuery,
      headers,
      body: body.content,
      signal: deadline.signal,
      bodyTimeoutMs: settings.timeoutMs,
      admit: admission.admit,
    })
    return { response, sent: headers }
  } catch (error) {
    throw admission.refusal() ?? toCallError(run, error)
  }
}

async function readFailure(
  run: Exchange,
  {
    status,
    headers,
    body,
    sent,
  }: Pick<Answered, 'status' | 'headers' | 'body'> & { readonly sent: Readonly<Record<string, string>> },
): Promise<Error> {
  const { method, path, mutating } = run.call
  // A failure whose body is cut or broken is still the failure that its status says.
  const { text: said } = await readBodyText(body, failureBytesMax)
  const text = redactSecrets(said, findSecrets(run.request, sent))
  const json = parseJson(text)?.json
  const failure = { method, path, mutating, status, headers, json, text, now: run.request.context.now }
  const { options } = run.settings
  return toFailureError(failure, toAuth(run.request), options.toError?.bind(options))
}

/** Reading allowances is a courtesy: an adapter that stumbles over a header must not turn a write that happened into a failure. */
function noteRateWindows({ settings, call, request, span }: Exchange, status: number, headers: Headers): void {
  const { context } = request
  if (!settings.options.readRateWindows || !isCallContext(context)) return
  try {
    const response = { method: call.method, path: call.path, status, headers, now: context.now }
    const windows = settings.options.readRateWindows(response)
    if (windows.length > 0) context.noteRateWindows(windows)
  } catch {
    span.rateWindowsUnreadable()
  }
}

function toCallError({ settings, call, admission, body }: Exchange, error: unknown, status?: number): Error {
  return toTransportError(error, {
    ...call,
    host: settings.base.host,
    hasStarted: admission.hasStarted(),
    hasSourceFailed: body.hasSourceFailed(),
    ...(status === undefined ? {} : { status }),
  })
}

function startSpan({
  settings,
  call,
  target,
  request,
}: Pick<Exchange, 'settings' | 'call' | 'target' | 'request'>): RequestSpan {
  const { hostname, port } = settings.base
  const parent = isCallContext(request.context) ? request.context.trace : undefined
  return startRequestSpan({ method: call.method, route: target.route, hostname, port, parent })
}

function toTimeMs(settings: ClientSettings, { context, timeoutMs }: HttpRequest<unknown>): number {
  const ownMs = timeoutMs ?? settings.timeoutMs
  return isCallContext(context) ? Math.min(ownMs, context.remainingMs()) : ownMs
}

function toHeaders(incoming: IncomingHttpHeaders): Headers {
  const headers = new Headers()
  for (const [name, value] of Object.entries(incoming)) {
    for (const text of [value ?? []].flat()) append(headers, name, text)
  }
  return headers
}

/** A header that cannot be represented is as good as missing. */
function append(headers: Headers, name: string, value: string): void {
  try {
    headers.append(name, value)
  } catch {
    headers.delete(name)
  }
}
