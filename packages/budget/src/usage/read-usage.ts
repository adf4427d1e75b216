import { readAnthropicUsage } from './anthropic-usage.ts'
import { readBedrockUsage } from './bedrock-usage.ts'
import { findBilledUnits, readCohereUsage } from './cohere-usage.ts'
import { findUsage } from './find-usage.ts'
import { readGoogleUsage } from './google-usage.ts'
import { readOpenAIImageUsage, readOpenAIUsage } from './openai-usage.ts'
import { readPath } from './read-path.ts'
import { readSdkUsage } from './sdk-usage.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/**
 * Reads a provider's own answer, or only its usage object, of any vendor: the shape decides. What the AI SDK makes of one is read by the provider's own
 * object where it has that. Null: it says nothing about usage.
 */
export function readUsage(answer: unknown, context: UsageContext): UsageReading | null {
  if (typeof answer !== 'object' || answer === null) return null
  const billedUnits = findBilledUnits(answer)
  if (billedUnits) return readCohereUsage(answer, billedUnits, context)
  const usage = findUsage(answer)
  const sdk = readSdkUsage(usage, context)
  if (sdk) return (has(usage, 'raw') ? readUsage(Reflect.get(usage, 'raw'), context) : null) ?? sdk
  if (has(usage, 'promptTokenCount') || has(usage, 'totalTokenCount')) return readGoogleUsage(answer, context)
  if (has(usage, 'cacheReadInputTokens') || has(usage, 'inputTokens')) return readBedrockUsage(answer, context)
  if (has(usage, 'prompt_tokens') || has(usage, 'total_tokens')) return readOpenAIUsage(answer, context)
  if (has(usage, 'input_tokens') && has(usage, 'output_tokens')) {
    if (hasImages(answer)) return readOpenAIImageUsage(answer, context)
    const anthropic = context.vendor === 'anthropic' || has(usage, 'cache_read_input_tokens')
    return anthropic ? readAnthropicUsage(answer, context) : readOpenAIUsage(answer, context)
  }
  return null
}

/** An answer of OpenAI's Images API: https://developers.openai.com/api/reference/resources/images */
function hasImages(answer: object): boolean {
  const data = readPath(answer, 'data')
  const first: unknown = Array.isArray(data) ? data[0] : undefined
  return typeof first === 'object' && first !== null && (has(first, 'b64_json') || has(first, 'url'))
}

function has(value: object, key: string): boolean {
  return Object.hasOwn(value, key) && Reflect.get(value, key) !== null
}
