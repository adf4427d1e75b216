import type { CallSettings } from '../call/call-settings.ts'
import { mayHaveCost } from '../call/may-have-cost.ts'
import type { CallPlan } from '../call/plan-call.ts'
import { runCall, type StreamedAnswer, type WholeAnswer } from '../call/run-call.ts'
import { priceCounted, priceReading, report, toUsageContext } from '../call/settle-call.ts'
import { readPath } from '../usage/read-path.ts'
import { readUsage } from '../usage/read-usage.ts'
import { createEventTally, isLastEvent, isUsageChunk } from './event-tally.ts'
import { parseJson } from './json-body.ts'
import { createEventJoiner, createEventSplitter, type ServerSentEvent } from './split-events.ts'

/** A call as it is sent. */
export interface PaidRequest {
  readonly signal: AbortSignal | undefined
  send(signal: AbortSignal): Promise<Response>
  /** The stream has a chunk of usage that its caller did not ask for. */
  readonly hidesUsage: boolean
  /** Answered before it is done: `background` of OpenAI's Responses. */
  readonly background: boolean
}

/** Sends a call that is paid by what its answer says. */
export function payCall(request: PaidRequest, plan: CallPlan, settings: CallSettings): Promise<Response> {
  return runCall<ServerSentEvent, Response>(plan, settings, {
    signal: request.signal,
    async open(signal) {
      const response = await request.send(signal)
      if (!response.ok) return toUnanswered(response, plan)
      const { body } = response
      if (body && /^text\/event-stream\b/i.test(response.headers.get('content-type') ?? '')) {
        return toStreamed(response, body, request)
      }
      return { kind: 'whole', result: response, cost: await readCost(response, plan, settings) }
    },
  })
}

/** An error, which costs nothing unless a proxy gave up before the provider did. */
export function toUnanswered(response: Response, { upTo }: CallPlan): WholeAnswer<Response> {
  return { kind: 'whole', result: response, cost: mayHaveCost({ statusCode: response.status }) ? upTo : 'free' }
}

function toStreamed(
  response: Response,
  body: ReadableStream<Uint8Array>,
  { hidesUsage, background }: PaidRequest,
): StreamedAnswer<ServerSentEvent, Response> {
  return {
    kind: 'streamed',
    stream: body.pipeThrough(createEventSplitter()),
    tally: createEventTally(),
    passes: ({ data }) => !hidesUsage || !isUsageChunk(data),
    isLast: isLastEvent,
    give: (stream) => copyResponse(response, stream.pipeThrough(createEventJoiner())),
    // What runs in the background goes on, whoever listens.
    whenCut: background ? 'bound' : 'counted',
  }
}

async function readCost(response: Response, plan: CallPlan, settings: CallSettings) {
  const text = await response.clone().text()
  const answer = parseJson(text)
  const reading = readUsage(answer, toUsageContext(plan))
  const status = readPath(answer, 'status')
  if (!reading && (status === 'queued' || status === 'in_progress')) {
    const message = 'An answer comes later, in the background; the whole reservation is settled.'
    report(plan, settings, { message })
    return plan.upTo
  }
  return reading
    ? priceReading(plan, reading, settings)
    : priceCounted(plan, { said: null, receivedText: readAnswerText(answer) ?? text }, settings)
}

/** Null: it is no answer of these APIs. */
function readAnswerText(answer: unknown): string | null {
  const parts = ['choices', 'output', 'content'].map((field) => readPath(answer, field)).find(Array.isArray)
  return parts ? [...listStrings(parts)].join(' ') : null
}

function* listStrings(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield value
  else if (typeof value === 'object' && value !== null)
    for (const inner of Object.values(value)) yield* listStrings(inner)
}

/** The same answer with another body, which is not compressed any more. */
function copyResponse({ status, statusText, headers, url }: Response, body: ReadableStream<Uint8Array>): Response {
  const kept = new Headers(headers)
  for (const name of ['content-length', 'content-encoding']) kept.delete(name)
  return Object.defineProperty(new Response(body, { status, statusText, headers: kept }), 'url', { value: url })
}
