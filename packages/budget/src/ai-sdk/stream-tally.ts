import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import type { AnswerParts } from './answer-usage.ts'
import { readProviderOption } from './read-provider-option.ts'

/** What a stream has said so far. */
export interface StreamTally {
  see(part: LanguageModelV4StreamPart): void
  /** Text, thinking and tool input, as received. */
  readText(): string
  /** Of the model: an error before it is a refusal. */
  readonly receivedAnything: boolean
  /** The provider said its last word. */
  readonly finished: boolean
  /** An error that the stream said instead of throwing it. */
  readonly error: unknown
  readAnswer(): AnswerParts
}

export function createStreamTally(): StreamTally {
  const texts: string[] = []
  const opened = new Set<string>()
  let finish: Extract<LanguageModelV4StreamPart, { type: 'finish' }> | null = null
  let modelId: string | undefined
  let body: Record<string, unknown> | null = null
  let error: unknown
  return {
    see(part) {
      if (part.type === 'text-delta' || part.type === 'reasoning-delta' || part.type === 'tool-input-delta')
        texts.push(part.delta)
      else if (part.type === 'tool-input-start') opened.add(part.id)
      // Some providers hand tool calls on whole.
      else if (part.type === 'tool-call' && !opened.has(part.toolCallId)) texts.push(part.input)
      else if (part.type === 'response-metadata') modelId = part.modelId ?? modelId
      else if (part.type === 'raw') body = addRaw(body, part.rawValue)
      else if (part.type === 'error') error ??= part.error
      else if (part.type === 'finish') finish = part
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
    readAnswer: () => ({ body, usage: finish?.usage, providerMetadata: finish?.providerMetadata, modelId }),
  }
}

/**
 * Puts the provider's events together to what its plain answer would be. OpenAI's Responses carry it whole; Chat Completions name tier, model and usage
 * on chunks; Anthropic's first event has the input, and later counts replace earlier ones; Google repeats the object.
 */
function addRaw(body: Record<string, unknown> | null, value: unknown): Record<string, unknown> | null {
  if (!isRecord(value)) return body
  const answer = [value.response, value.message].find(isRecord) ?? value
  const usage = readProviderOption(answer, 'usage')
  const kept: Record<string, unknown> = { ...body }
  for (const key of ['model', 'modelVersion', 'service_tier', 'usageMetadata']) {
    if (isSaid(answer[key])) kept[key] = answer[key]
  }
  // Items of Responses are complete at the end only; an earlier list has fewer.
  if (Array.isArray(answer.output)) kept.output = answer.output
  if (isRecord(usage)) kept.usage = { ...(isRecord(kept.usage) ? kept.usage : {}), ...dropMissing(usage) }
  return kept
}

function dropMissing(usage: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => isSaid(count)))
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
