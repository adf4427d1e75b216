import { randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { answerRequest } from './answer-request.ts'
import { parseMetrics } from './control-input.ts'
import {
  answerControlCall,
  answerOwnControlCall,
  type ControlledEmulator,
  controlPath,
  listControlCalls,
} from './control-interface.ts'
import type { EmulatedCredentials, EmulatedMetrics, EmulatedPost, EmulatorDefinition } from './emulator-definition.ts'
import type { FaultRule } from './emulator-fault.ts'
import { createEmulatorWorld, type EmulatorWorld } from './emulator-world.ts'
import { readBody, toEmulatorRequest } from './read-request.ts'
import { sendAnswer } from './send-answer.ts'
import { isVisit, welcome } from './welcome.ts'

export interface StartEmulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number
  /** Default `127.0.0.1`. */
  readonly host?: string
  /** Saves state here after every change and starts from it; media lie in the folder `<stateFile>.blobs`. */
  readonly stateFile?: string
  /** Epoch milliseconds. Standalone: the wall clock, to which advances are added. */
  readonly now: () => number
  /** Default: `node:crypto`. */
  readonly random?: (length: number) => Uint8Array
}

/** A running emulator. The members do what the control calls under `/_emulator` do. */
export interface Emulator {
  readonly platform: string
  readonly url: string
  credentials(): EmulatedCredentials
  posts(): readonly EmulatedPost[]
  requests(): readonly RecordedRequest[]
  addFault(rule: FaultRule): void
  clearFaults(): void
  advanceClock(ms: number): void
  /**
   * False when there is no such post.
   *
   * @throws {TypeError} For counters that the platform has not, with those that it has.
   */
  setMetrics(postId: string, metrics: EmulatedMetrics): boolean
  reset(): void
  /** Ends every connection, also of delayed answers. */
  close(): Promise<void>
}

export interface RecordedRequest {
  readonly method: string
  readonly path: string
  /** Null while unanswered or when the socket died. */
  readonly status: number | null
  /** Kind of the fault that hit it. */
  readonly fault: string | null
}

const bodySizeBytesMax = 160 * 1024 * 1024

/**
 * Starts a local server that behaves like a platform, with the control interface under `/_emulator`.
 *
 * @throws The error of `node:net` when the port is taken; a sentence when the state file is of another platform or damaged.
 */
export async function startEmulator<State>(
  definition: EmulatorDefinition<State>,
  { port = 0, host = '127.0.0.1', stateFile, now, random = randomBytes }: StartEmulatorOptions,
): Promise<Emulator> {
  let serve: (incoming: IncomingMessage, response: ServerResponse) => void = (_, response) => response.destroy()
  const server = createServer((incoming, response) => serve(incoming, response))
  // Longer than any client keeps an idle connection, so that none writes into a socket that is being closed.
  server.keepAliveTimeout = 120_000
  const url = await listen(server, port, host)
  try {
    const world = createEmulatorWorld(definition, { baseUrl: url, stateFile, now, random })
    const control = createControl(world)
    serve = (incoming, response) => void answer(world, control, incoming, response)
    return { ...control, platform: definition.platform, url, close: () => close(server, world) }
  } catch (error) {
    server.close()
    throw error
  }
}

async function answer<State>(
  world: EmulatorWorld<State>,
  control: ControlledEmulator,
  incoming: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const method = incoming.method ?? 'GET'
  const url = new URL(incoming.url ?? '/', world.baseUrl)
  const path = url.pathname
  const isVisited = isVisit(world.definition, incoming)
  const isControl = isVisited || path.startsWith(controlPath)
  const fault = isControl ? undefined : world.faults.take({ method, path })
  const entry = { method, path, status: null as number | null, fault: fault?.kind ?? null }
  if (!isControl) world.record(entry)
  const read = await readBody(incoming, bodySizeBytesMax)
  if (read.status === 'aborted') return
  if (read.status === 'too_large') {
    entry.status = sendAnswer(response, {
      status: 413,
      json: { error: `a body has at most ${bodySizeBytesMax} bytes` },
    })
    return
  }
  try {
    const { definition } = world
    const request = toEmulatorRequest(incoming, url, read.body)
    if (isVisited) {
      entry.status = sendAnswer(response, welcome(request, definition, listControlCalls(definition.controls)))
    } else if (isControl) {
      const own = await answerOwnControlCall(world, request)
      entry.status = sendAnswer(response, own ?? answerControlCall(control, request, definition.controls))
    } else entry.status = await answerRequest(world, request, response, fault)
  } catch (error) {
    entry.status = sendAnswer(response, { status: 500, json: { error: `the emulator failed: ${error}` } })
  }
}

function createControl<State>(world: EmulatorWorld<State>): ControlledEmulator {
  return {
    now: world.clock.now,
    counters: world.definition.counters,
    credentials: () => world.definition.credentials(world.state()),
    posts: () => world.definition.posts(world.state()),
    requests: () => world.requests().map((entry) => ({ ...entry })),
    addFault: world.faults.add,
    clearFaults: world.faults.clear,
    advanceClock(ms) {
      world.clock.advance(ms)
      world.save()
    },
    setMetrics(postId, metrics) {
      const { problems } = parseMetrics(metrics, world.definition.counters)
      if (problems) throw new TypeError(problems.map(({ path, problem }) => `${path} ${problem}`).join('\n'))
      const isKnown = world.definition.setMetrics?.(world.state(), postId, metrics) ?? false
      world.save()
      return isKnown
    },
    reset: world.reset,
  }
}

async function listen(server: Server, port: number, host: string): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
  const address = server.address()
  if (address === null || typeof address === 'string') throw new TypeError('The emulator listens on no TCP port.')
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
  return `http://${name.includes(':') ? `[${name}]` : name}:${address.port}`
}

function close<State>(server: Server, world: EmulatorWorld<State>): Promise<void> {
  world.clock.dropWaits()
  return new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
