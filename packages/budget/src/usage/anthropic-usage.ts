import type { Usage } from '../usage.ts'
import { type CountReader, createCountReader } from './count-reader.ts'
import { findUsage } from './find-usage.ts'
import { toTier } from './service-tier.ts'
import { addQuantities, type Quantities, splitWhole, toQuantities } from './split-whole.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/**
 * The usage of an answer of Anthropic's Messages API. `input_tokens` excludes what was read from and written to the cache; `output_tokens` is all output.
 *
 * https://platform.claude.com/docs/en/api/messages
 */
export function readAnthropicUsage(answer: object, context: UsageContext): UsageReading {
  const problems: string[] = []
  const raw = findUsage(answer)
  const [usage, whole] = [createCountReader(raw, problems), createCountReader(answer, problems)]
  const { vendor } = context
  const model = whole.text('model') ?? context.model
  // Fast mode has prices of its own: https://platform.claude.com/docs/en/build-with-claude/fast-mode
  const fast = usage.text('speed') === 'fast' ? 'fast_mode' : null
  const tier = fast ?? toTier(usage.text('service_tier')) ?? context.tier ?? null
  const region = usage.text('inference_geo')
  const common = { vendor, tier, source: 'provider', ...(region ? { region } : {}) } as const
  const iterations = usage.list('iterations')
  // The counts of the whole leave out compactions and advisors; both are billed, an advisor at its own model's price.
  const compactions = iterations.filter((iteration) => iteration.text('type') === 'compaction')
  const advisors = iterations.filter((iteration) => iteration.text('type') === 'advisor_message')
  const quantities = compactions.map(readTokens).reduce(addQuantities, { ...readTokens(usage), ...countTools(usage) })
  const others = advisors.map((advisor): Usage => {
    const named = advisor.text('model')
    if (!named) usage.note(`An advisor's usage names no model; it is priced as ${model}.`)
    return { ...common, model: named ?? model, quantities: readTokens(advisor) }
  })
  return { usage: { ...common, model, quantities, raw }, others, problems }
}

function readTokens(usage: CountReader): Quantities {
  const writes = {
    cache_write_5m: usage.count('cache_creation', 'ephemeral_5m_input_tokens'),
    cache_write_1h: usage.count('cache_creation', 'ephemeral_1h_input_tokens'),
  }
  return {
    ...toQuantities({ input: usage.count('input_tokens'), input_cached: usage.count('cache_read_input_tokens') }),
    ...splitWhole(usage, {
      whole: usage.count('cache_creation_input_tokens'),
      rest: 'cache_write_5m',
      parts: addRest(usage, writes),
    }),
    ...toQuantities({ output: usage.count('output_tokens') }),
  }
}

/** Without a split all writes are of five minutes; with one, what the split does not name is. */
function addRest(
  usage: CountReader,
  {
    cache_write_5m,
    cache_write_1h,
  }: { readonly cache_write_5m: bigint | null; readonly cache_write_1h: bigint | null },
): Readonly<Record<string, bigint | null>> {
  const whole = usage.count('cache_creation_input_tokens')
  if (cache_write_5m === null && cache_write_1h === null) return {}
  if (whole === null) return { cache_write_5m, cache_write_1h }
  const sum = (cache_write_5m ?? 0n) + (cache_write_1h ?? 0n)
  if (sum < whole) usage.note(`cache_creation sums to ${sum}, less than cache_creation_input_tokens ${whole}.`)
  return { cache_write_5m: sum < whole ? whole - (cache_write_1h ?? 0n) : cache_write_5m, cache_write_1h }
}

function countTools(usage: CountReader): Quantities {
  return toQuantities({
    web_search: positive(usage.count('server_tool_use', 'web_search_requests')),
    // Fetches cost no more than their tokens; counted so that the books say how many there were.
    web_fetch: positive(usage.count('server_tool_use', 'web_fetch_requests')),
  })
}

function positive(count: bigint | null): bigint | null {
  return count === 0n ? null : count
}
