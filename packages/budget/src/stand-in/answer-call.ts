import type { IncomingMessage, ServerResponse } from 'node:http'
import { type Generation, generate, type StandInUsage } from './generation.ts'
import { type ParsedRequest, parseRequest } from './parse-request.ts'
import { sendError, sendEvents } from './send.ts'
import type { StandInFault } from './stand-in-fault.ts'
import type { StandInCall, StandInState } from './start-model-stand-in.ts'
import type { WireFormat } from './wire-format.ts'

type Writable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

interface OpenCall {
  readonly format: WireFormat
  readonly request: ParsedRequest
  readonly generation: Generation
  readonly fault: StandInFault | undefined
  readonly record: Writable<StandInCall>
  pause(): Promise<void>
}

const nothing: StandInUsage = {
  inputTokens: 0,
  cachedTokens: 0,
  cacheWriteTokens: 0,
  cacheWriteHourTokens: 0,
  outputTokens: 0,
  reasoningTokens: 0,
}

/** Answers one call of any API, and records what it would be billed for. */
export async function answerCall(
  incoming: IncomingMessage,
  response: ServerResponse,
  { format, state }: { readonly format: WireFormat; readonly state: StandInState },
): Promise<void> {
  const body = await readJson(incoming)
  const request = parseRequest(body)
  if (!request) {
    const message = 'A model and messages or input are needed.'
    return sendError(response, format, { status: 400, message, code: null })
  }
  const id = state.calls.length + 1
  const record: Writable<StandInCall> = { path: format.path, body, outcome: 'open', billed: nothing }
  state.calls.push(record)
  const fault = state.faults.shift()
  if (fault?.kind === 'reset') {
    record.outcome = 'failed'
    response.destroy()
    return
  }
  if (fault?.kind === 'status') {
    record.outcome = 'failed'
    const message = `The stand-in was told to fail with ${fault.status}.`
    return sendError(response, format, { message, code: null, ...fault })
  }
  const createdAtSeconds = Math.floor((performance.timeOrigin + performance.now()) / 1_000)
  const generation = generate(request, state.answer(request.prompt), { id, createdAtSeconds })
  const call: OpenCall = { format, request, generation, fault, record, pause: state.pause }
  record.billed = { ...generation.usage, outputTokens: 0, reasoningTokens: 0 }
  await (request.stream ? streamAnswer(response, call) : sendAnswer(response, call))
  if (record.outcome === 'open')
    record.outcome = response.destroyed && !response.writableFinished ? 'aborted' : 'answered'
}

async function sendAnswer(
  response: ServerResponse,
  { format, generation, fault, record, pause }: OpenCall,
): Promise<void> {
  if (fault?.kind === 'pause_after') await Promise.race([pause(), closed(response)])
  // A provider finishes what it began, whoever listens.
  record.billed = generation.usage
  if (response.destroyed) return
  const usage = fault?.kind === 'no_usage' ? null : generation.usage
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(format.answer(generation, usage)))
}

async function streamAnswer(response: ServerResponse, call: OpenCall): Promise<void> {
  const { format, generation, fault, record, request } = call
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' })
  const said = fault?.kind === 'no_usage' ? null : generation.usage
  await sendEvents(response, format.begin(generation, said))
  const { reasoningTokens } = generation.usage
  for (const [sent, token] of generation.tokens.entries()) {
    if (fault && 'tokens' in fault && fault.tokens === sent && !(await suffer(response, call, fault))) return
    if (!(await sendEvents(response, format.token(generation, token)))) return
    record.billed = { ...generation.usage, outputTokens: reasoningTokens + sent + 1 }
  }
  record.billed = generation.usage
  await sendEvents(response, format.end(generation, said, request))
  response.end()
}

/** False: the stream is over. */
async function suffer(
  response: ServerResponse,
  { format, record, pause }: OpenCall,
  fault: StandInFault,
): Promise<boolean> {
  if (fault.kind === 'pause_after') {
    await Promise.race([pause(), closed(response)])
    return true
  }
  record.outcome = 'failed'
  if (fault.kind === 'error_after') {
    await sendEvents(response, format.error('The stand-in was told to fail.'))
    response.end()
  } else {
    // What was said before is on its way: an empty comment goes last.
    await new Promise((resolve) => response.write(':\n\n', resolve))
    response.destroy()
  }
  return false
}

function closed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => response.once('close', resolve))
}

async function readJson(incoming: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk)
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    return null
  }
}
