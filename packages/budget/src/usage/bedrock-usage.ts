import { createCountReader } from './count-reader.ts'
import { findUsage } from './find-usage.ts'
import { toTier } from './service-tier.ts'
import { splitWhole, toQuantities } from './split-whole.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/**
 * The usage of an answer of Amazon Bedrock's Converse API. `inputTokens` excludes the cache.
 *
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_TokenUsage.html
 */
export function readBedrockUsage(answer: object, context: UsageContext): UsageReading {
  const problems: string[] = []
  const raw = findUsage(answer)
  const [usage, whole] = [createCountReader(raw, problems), createCountReader(answer, problems)]
  const hour = usage
    .list('cacheDetails')
    .filter((detail) => detail.text('ttl') === '1h')
    .reduce((sum, detail) => sum + (detail.count('inputTokens') ?? 0n), 0n)
  const quantities = {
    ...toQuantities({ input: usage.count('inputTokens'), input_cached: usage.count('cacheReadInputTokens') }),
    ...splitWhole(usage, {
      whole: usage.count('cacheWriteInputTokens'),
      rest: 'cache_write_5m',
      parts: { cache_write_1h: hour === 0n ? null : hour },
    }),
    ...toQuantities({ output: usage.count('outputTokens') }),
  }
  const { vendor, model } = context
  const tier = toTier(whole.text('serviceTier', 'type')) ?? context.tier ?? null
  return { usage: { vendor, model, tier, quantities, source: 'provider', raw }, others: [], problems }
}
