import { BudgetError, isBudgetError } from '../budget-error.ts'
import { type CallSettings, createCallSettings } from '../call/call-settings.ts'
import { type CallPlan, planCall } from '../call/plan-call.ts'
import { runCall } from '../call/run-call.ts'
import { type LedgerHost, nodeHost } from '../ledger-host.ts'
import { readCost } from '../quote.ts'
import type { BudgetedFetchOptions, Fetch } from './budgeted-fetch-options.ts'
import { type Endpoint, findEndpoint } from './find-endpoint.ts'
import { findVendor } from './find-vendor.ts'
import { isBody, type JsonBody, parseRequestBody } from './json-body.ts'
import { writeBound } from './output-bound.ts'
import { payCall, toUnanswered } from './pay-call.ts'
import { listFallbacks, readCall } from './read-call.ts'
import { toRefusal } from './refusal.ts'

/**
 * A `fetch` for the official clients of OpenAI and Anthropic that stops before a call which its budget cannot pay, and settles exactly afterwards, streams
 * and aborts included. Each attempt of a client is a reservation of its own, which has ended before the client sees that the attempt failed. A refusal is
 * answered, not thrown, so that no client repeats it: `findBudgetError` reads it from what the client throws.
 */
export function budgetedFetch(options: BudgetedFetchOptions): Fetch {
  return budgetedFetchOn(options, nodeHost)
}

/** The same, on another machine's clock and timers. */
export function budgetedFetchOn(options: BudgetedFetchOptions, host: Pick<LedgerHost, 'now' | 'after'>): Fetch {
  const { fetch: send = fetch, unknownEndpoint, ...rest } = options
  const settings = createCallSettings(rest, host)
  return async (input, init) => {
    const request = input instanceof Request ? input : null
    const method = (init?.method ?? request?.method ?? 'GET').toUpperCase()
    const url = new URL(request?.url ?? String(input))
    const endpoint = findEndpoint(method, url)
    if (endpoint === 'free') return send(input, init)
    const vendor = settings.vendor ?? findVendor(endpoint, url)
    const call: HttpCall = { input, init, request, method, url, endpoint, vendor, send }
    try {
      return endpoint === 'unknown'
        ? await sendUnknown(call, unknownEndpoint, settings)
        : await sendPriced(call, settings)
    } catch (error) {
      if (isBudgetError(error)) return toRefusal(error)
      throw error
    }
  }
}

interface HttpCall {
  readonly input: string | URL | Request
  readonly init: RequestInit | undefined
  readonly request: Request | null
  readonly method: string
  readonly url: URL
  readonly endpoint: Endpoint
  readonly vendor: string
  readonly send: Fetch
}

async function sendPriced(call: HttpCall, settings: CallSettings): Promise<Response> {
  const { input, init, request, method, endpoint, vendor, send } = call
  const text = await readText(call)
  const asked = parseRequestBody(text)
  const plan = planDearest(asked, call, settings)
  const { answerTokensMax } = plan
  const bounded = writeBound(asked, { endpoint, vendor, answerTokensMax })
  const asksUsage = takesUsageOption(call) && asked.stream === true && !includesUsage(asked)
  // What needs no change is sent as it came.
  const changed = asksUsage ? addUsage(bounded) : bounded
  const body = changed === asked ? text : JSON.stringify(changed)
  const headers = new Headers(init?.headers ?? request?.headers)
  headers.delete('content-length')
  return payCall(
    {
      signal: readSignal(call),
      send: (signal) => send(input, { ...init, method, headers, body, signal }),
      hidesUsage: asksUsage,
      background: asked.background === true,
    },
    plan,
    settings,
  )
}

/** By the dearest of the models that may answer. */
function planDearest(asked: JsonBody, call: HttpCall, settings: CallSettings): CallPlan {
  const request = readCall(asked, call, settings)
  const plan = planCall(request, settings)
  const others = listFallbacks(asked).map((model) => planCall({ ...request, model }, settings))
  const amountOf = ({ upTo }: CallPlan) => readCost(upTo).money.amountNanos
  const dearest = others.reduce((most, other) => (amountOf(other) > amountOf(most) ? other : most), plan)
  return { ...plan, upTo: dearest.upTo }
}

/** For a flat amount, whatever the answer says. */
async function sendUnknown(
  call: HttpCall,
  upTo: BudgetedFetchOptions['unknownEndpoint'],
  settings: CallSettings,
): Promise<Response> {
  const { method, url, vendor, input, init, send } = call
  const what = `${method} ${url.pathname}`
  if (!upTo) {
    const message = `${what} has no price; unknownEndpoint would let it pass for a flat amount.`
    throw new BudgetError('price_unknown', message)
  }
  const plan: CallPlan = {
    vendor,
    model: what,
    upTo,
    priced: null,
    countedInput: new Map(),
    countsAllInput: false,
    answerTokensMax: null,
    outputTokensMax: 0,
    outputTokensReserved: 0,
    tier: null,
    region: null,
    at: new Date(settings.host.now()),
  }
  return runCall<never, Response>(plan, settings, {
    signal: readSignal(call),
    async open() {
      const response = await send(input, init)
      return response.ok ? { kind: 'whole', result: response, cost: upTo } : toUnanswered(response, plan)
    },
  })
}

function readSignal({ init, request }: HttpCall): AbortSignal | undefined {
  return init?.signal ?? request?.signal
}

async function readText({ init, request }: HttpCall): Promise<string> {
  const body = init?.body
  if (typeof body === 'string') return body
  if (body === undefined || body === null) return (await request?.clone().text()) ?? ''
  return new Response(body).text()
}

/** Streams of Mistral say their usage anyway, and its API refuses fields that it does not know. */
function takesUsageOption({ endpoint, vendor }: HttpCall): boolean {
  return endpoint === 'chat' && vendor !== 'mistral'
}

function includesUsage({ stream_options: options }: JsonBody): boolean {
  return isBody(options) && options.include_usage === true
}

function addUsage(body: JsonBody): JsonBody {
  const { stream_options: options } = body
  return { ...body, stream_options: { ...(isBody(options) ? options : {}), include_usage: true } }
}
