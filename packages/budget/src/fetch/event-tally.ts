import type { StreamTally } from '../call/run-call.ts'
import { type MergedAnswer, mergeEvent } from '../usage/merge-event.ts'
import { readPath } from '../usage/read-path.ts'
import { readUsage } from '../usage/read-usage.ts'
import type { ServerSentEvent } from './split-events.ts'

/** Listens to a stream of Chat Completions, Responses or Messages: their events cannot be taken for each other. */
export function createEventTally(): StreamTally<ServerSentEvent> {
  const texts: string[] = []
  let answer: MergedAnswer | null = null
  let finished = false
  let error: unknown
  return {
    see(event) {
      const { data } = event
      answer = mergeEvent(answer, data)
      finished ||= isLastEvent(event) || hasFinished(data)
      error ??= readError(data)
      const text = [...listTexts(data)].join('')
      if (text !== '') texts.push(text)
      return text
    },
    readText: () => texts.join(''),
    get receivedAnything() {
      return texts.length > 0
    },
    get finished() {
      return finished
    },
    get error() {
      return error
    },
    readUsage: (context) => readUsage(answer, context),
  }
}

const lastEvents = new Set(['response.completed', 'response.incomplete', 'response.failed', 'message_stop'])

/** Nothing comes after it. */
export function isLastEvent({ data }: ServerSentEvent): boolean {
  const type = readPath(data, 'type')
  return data === '[DONE]' || (typeof type === 'string' && lastEvents.has(type))
}

/** Chat Completions say usage after, or with, the reason why they finished. */
function hasFinished(data: unknown): boolean {
  return isUsageChunk(data) || listChoices(data).some((choice) => isText(readPath(choice, 'finish_reason')))
}

/** The chunk of Chat Completions that has nothing but usage. */
export function isUsageChunk(data: unknown): boolean {
  const choices = readPath(data, 'choices')
  return Array.isArray(choices) && choices.length === 0 && typeof (readPath(data, 'usage') ?? undefined) === 'object'
}

/** An error that comes before anything was generated is a refusal, and costs nothing. */
function readError(data: unknown): unknown {
  const said = [readPath(data, 'error'), readPath(data, 'response', 'error')].find(
    (value) => typeof value === 'object' && value !== null,
  )
  if (!said && readPath(data, 'type') !== 'error') return undefined
  const message = readPath(said ?? data, 'message')
  return Object.assign(new Error(isText(message) ? message : 'The stream said an error.'), { statusCode: 500 })
}

function* listTexts(data: unknown): Iterable<string> {
  const delta = readPath(data, 'delta')
  // Responses: text, thinking and the input of tools come alike.
  if (isText(delta)) yield delta
  // Messages.
  for (const key of ['text', 'thinking', 'partial_json']) yield* listText(readPath(delta, key))
  yield* listText(readPath(data, 'content_block', 'name'))
  for (const choice of listChoices(data)) {
    for (const key of ['content', 'reasoning_content', 'refusal']) yield* listText(readPath(choice, 'delta', key))
    const calls = readPath(choice, 'delta', 'tool_calls')
    for (const call of Array.isArray(calls) ? calls : []) {
      for (const key of ['name', 'arguments']) yield* listText(readPath(call, 'function', key))
    }
  }
}

function listChoices(data: unknown): readonly unknown[] {
  const choices = readPath(data, 'choices')
  return Array.isArray(choices) ? choices : []
}

function listText(value: unknown): readonly string[] {
  return isText(value) ? [value] : []
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}
