import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { StreamTally } from '../call/run-call.ts'
import { type MergedAnswer, mergeEvent } from '../usage/merge-event.ts'
import { readAnswerUsage } from './answer-usage.ts'

/** Listens to a stream of the SDK. */
export function createStreamTally(): StreamTally<LanguageModelV4StreamPart> {
  const texts: string[] = []
  const opened = new Set<string>()
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | null = null
  let modelId: string | undefined
  let body: MergedAnswer | null = null
  let error: unknown
  return {
    see(part) {
      if (part.type === 'tool-input-start') opened.add(part.id)
      else if (part.type === 'response-metadata') modelId = part.modelId ?? modelId
      else if (part.type === 'raw') body = mergeEvent(body, part.rawValue)
      else if (part.type === 'error') error ??= part.error
      else if (part.type === 'finish') finish = part
      const text = readText(part, opened)
      if (text !== '') texts.push(text)
      return text
    },
    readText: () => texts.join(''),
    get receivedAnything() {
      return texts.length > 0
    },
    get finished() {
      return finish !== null
    },
    get error() {
      return error
    },
    readUsage(context) {
      const { usage, providerMetadata } = finish ?? {}
      return readAnswerUsage({ body, usage, providerMetadata, modelId }, context)
    },
  }
}

function readText(part: LanguageModelV4StreamPart, opened: ReadonlySet<string>): string {
  if (part.type === 'text-delta' || part.type === 'reasoning-delta' || part.type === 'tool-input-delta')
    return part.delta
  // Some providers hand tool calls on whole.
  return part.type === 'tool-call' && !opened.has(part.toolCallId) ? part.input : ''
}
