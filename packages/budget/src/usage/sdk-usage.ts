import { createCountReader } from './count-reader.ts'
import { readPath } from './read-path.ts'
import { splitWhole } from './split-whole.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/**
 * The summary that the AI SDK makes of a provider's usage, for providers that hand nothing else on: of a model or of a call, from version 5 on. Null: it is
 * none. It leaves out tools, tiers and the lifetime of cache writes.
 *
 * https://ai-sdk.dev/docs/reference/ai-sdk-core/generate-text
 */
export function readSdkUsage(usage: object, context: UsageContext): UsageReading | null {
  const counts = readNested(usage) ?? readDetailed(usage) ?? readFlat(usage, context)
  if (!counts) return null
  const { vendor, model, tier = null } = context
  const { raw = usage, problems } = counts
  const reader = createCountReader({}, problems)
  const quantities = {
    ...splitWhole(reader, {
      whole: counts.input,
      rest: 'input',
      parts: {
        input_cached: counts.cached,
        [vendor === 'anthropic' ? 'cache_write_5m' : 'cache_write']: counts.written,
      },
    }),
    ...splitWhole(reader, { whole: counts.output, rest: 'output', parts: { reasoning: counts.reasoning } }),
  }
  return { usage: { vendor, model, tier, quantities, source: 'provider', raw }, others: [], problems }
}

/** Input with all that is cached, output with reasoning. */
interface SdkCounts {
  readonly input: bigint | null
  readonly cached: bigint | null
  readonly written: bigint | null
  readonly output: bigint | null
  readonly reasoning: bigint | null
  readonly raw?: unknown
  readonly problems: string[]
}

/** Of a model, from version 6 on: `inputTokens: { total, cacheRead, … }`. */
function readNested(usage: object): SdkCounts | null {
  if (!isRecord(readPath(usage, 'inputTokens')) && !isRecord(readPath(usage, 'outputTokens'))) return null
  const problems: string[] = []
  const { count } = createCountReader(usage, problems)
  const [input, output] = [count('inputTokens', 'total'), count('outputTokens', 'total')]
  if (input === null && output === null) return null
  const [cached, written] = [count('inputTokens', 'cacheRead'), count('inputTokens', 'cacheWrite')]
  const reasoning = count('outputTokens', 'reasoning')
  return { input, cached, written, output, reasoning, raw: readPath(usage, 'raw'), problems }
}

/** Of a call, from version 6 on: totals, and details beside them. */
function readDetailed(usage: object): SdkCounts | null {
  const [inputDetails, outputDetails] = ['inputTokenDetails', 'outputTokenDetails'].map((key) => readPath(usage, key))
  if (!isRecord(inputDetails) && !isRecord(outputDetails)) return null
  const problems: string[] = []
  const { count } = createCountReader(usage, problems)
  return {
    input: count('inputTokens'),
    cached: count('inputTokenDetails', 'cacheReadTokens'),
    written: count('inputTokenDetails', 'cacheWriteTokens'),
    output: count('outputTokens'),
    reasoning: count('outputTokenDetails', 'reasoningTokens'),
    raw: readPath(usage, 'raw'),
    problems,
  }
}

/** Whose counts version 5 hands on as they are, without what is cached. */
const cacheBeside = new Set(['anthropic', 'amazon-bedrock', 'bedrock'])

/** Version 5: flat, as the provider counted. Its total tells whether reasoning is outside the output. */
function readFlat(usage: object, { vendor }: UsageContext): SdkCounts | null {
  if (!Object.hasOwn(usage, 'cachedInputTokens') && !Object.hasOwn(usage, 'reasoningTokens')) return null
  const problems: string[] = []
  const { count } = createCountReader(usage, problems)
  const [input, cached] = [count('inputTokens'), count('cachedInputTokens')]
  const [output, reasoning, total] = [count('outputTokens'), count('reasoningTokens'), count('totalTokens')]
  const besideInput = input !== null && cached !== null && (cacheBeside.has(vendor) || cached > input)
  const sum = (input ?? 0n) + (output ?? 0n) + (reasoning ?? 0n)
  const besideOutput = output !== null && reasoning !== null && (reasoning > output || (total !== null && total >= sum))
  return {
    input: besideInput ? input + cached : input,
    cached,
    written: null,
    output: besideOutput ? output + reasoning : output,
    reasoning,
    problems,
  }
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}
