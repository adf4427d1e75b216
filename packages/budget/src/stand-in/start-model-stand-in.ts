import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { answerCall } from './answer-call.ts'
import { chatCompletions } from './chat-completions.ts'
import type { StandInUsage } from './generation.ts'
import { messages } from './messages.ts'
import { toOpenAIRefusal } from './openai-refusal.ts'
import { responses } from './responses.ts'
import { sendError } from './send.ts'
import { echo, type StandInAnswer, type StandInPrompt } from './stand-in-answer.ts'
import type { StandInFault } from './stand-in-fault.ts'

export interface ModelStandInOptions {
  /** Default: a free one. */
  readonly port?: number
  /** What is said to a prompt. Default: it is repeated. */
  readonly answer?: (prompt: StandInPrompt) => StandInAnswer
  /** Models that it claims to have. Default `gpt-5.4-mini`. Any other name is answered too. */
  readonly models?: readonly string[]
}

/** A call that reached the stand-in. */
export interface StandInCall {
  readonly path: string
  /** As JSON; without headers, which have the key. */
  readonly body: unknown
  /** `answered`: to the end. `aborted`: the client went away. `failed`: a fault. */
  readonly outcome: 'open' | 'answered' | 'aborted' | 'failed'
  /** What a provider would bill: all input, and the output until it ended. */
  readonly billed: StandInUsage
}

/** A language model that is none, for tests and for trying things without a key. */
export interface ModelStandIn {
  /** Base URL for a client of the OpenAI protocol: `http://127.0.0.1:4123/v1`. Any key will do. */
  readonly url: string
  /** Base URL for a client of Anthropic's protocol, which adds the version itself: `http://127.0.0.1:4123`. */
  readonly origin: string
  /** All calls in their order. */
  readonly calls: readonly StandInCall[]
  /** Lets the next call fail, or several in their order. */
  fail(...faults: readonly StandInFault[]): void
  /** Lets go what `pause_after` holds. */
  resume(): void
  /** Resolves when a call waits in `pause_after`. */
  paused(): Promise<void>
  stop(): Promise<void>
}

/** What the handlers share. */
export interface StandInState {
  readonly answer: (prompt: StandInPrompt) => StandInAnswer
  readonly calls: StandInCall[]
  readonly faults: StandInFault[]
  /** Waits for `resume()`. */
  pause(): Promise<void>
}

/**
 * Starts a server on this machine that speaks the protocols of OpenAI (Chat Completions, Responses) and Anthropic (Messages), plain and streamed, with
 * usage, tools and errors.
 */
export async function startModelStandIn(options: ModelStandInOptions = {}): Promise<ModelStandIn> {
  const gate = createGate()
  const calls: StandInCall[] = []
  const faults: StandInFault[] = []
  const state: StandInState = { answer: options.answer ?? echo, calls, faults, pause: gate.pause }
  const server = createServer((request, response) => {
    handle(request, response, { state, models: options.models ?? ['gpt-5.4-mini'] }).catch(() => response.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: `${origin}/v1`,
    origin,
    calls,
    fail: (...more) => void faults.push(...more),
    resume: gate.resume,
    paused: gate.paused,
    async stop() {
      gate.resume()
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

/** Errors of paths that belong to no API. */
const plain = { refuse: toOpenAIRefusal }

async function handle(
  request: IncomingMessage,
  response: ServerResponse,
  { state, models }: { readonly state: StandInState; readonly models: readonly string[] },
): Promise<void> {
  const path = new URL(request.url ?? '/', 'http://localhost').pathname
  const format = [chatCompletions, responses, messages].find((known) => known.path === path)
  if (!/^Bearer \S/.test(request.headers.authorization ?? '') && !request.headers['x-api-key']) {
    const message = 'No key was sent; any will do.'
    return sendError(response, format ?? plain, { status: 401, message, code: 'invalid_api_key' })
  }
  if (request.method === 'GET' && path === '/v1/models') {
    response.setHeader('content-type', 'application/json')
    const data = models.map((id) => ({ id, object: 'model', created: 0, owned_by: 'stand-in' }))
    response.end(JSON.stringify({ object: 'list', data }))
    return
  }
  if (request.method !== 'POST' || !format) {
    const message = `The stand-in has no ${request.method} ${path}.`
    return sendError(response, plain, { status: 404, message, code: null })
  }
  await answerCall(request, response, { format, state })
}

function createGate() {
  const waiting: (() => void)[] = []
  const watching: (() => void)[] = []
  return {
    pause: () =>
      new Promise<void>((resolve) => {
        waiting.push(resolve)
        for (const reached of watching.splice(0)) reached()
      }),
    paused: () =>
      new Promise<void>((resolve) => {
        if (waiting.length > 0) resolve()
        else watching.push(resolve)
      }),
    resume() {
      for (const go of waiting.splice(0)) go()
    },
  }
}
