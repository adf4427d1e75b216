import { type Money, usd } from '../money.ts'
import type { CountReader } from './count-reader.ts'
import { createCountReader } from './count-reader.ts'
import { findUsage } from './find-usage.ts'
import { readPath } from './read-path.ts'
import { toTier } from './service-tier.ts'
import { addQuantities, type Quantities, splitWhole, sumOf, toQuantities } from './split-whole.ts'
import type { UsageContext, UsageReading } from './usage-reading.ts'

/**
 * The usage of an answer of OpenAI's Chat Completions, Responses or Embeddings API, and of vendors that speak the same: DeepSeek, Mistral, xAI, Azure.
 *
 * https://developers.openai.com/api/reference/resources/chat
 */
export function readOpenAIUsage(answer: object, context: UsageContext): UsageReading {
  const problems: string[] = []
  const raw = findUsage(answer)
  const [usage, whole] = [createCountReader(raw, problems), createCountReader(answer, problems)]
  const input = usage.countFirst(['prompt_tokens'], ['input_tokens'])
  const output = usage.countFirst(['completion_tokens'], ['output_tokens'])
  const quantities = {
    ...readInput(usage, input),
    ...readOutput(usage, { input, output, vendor: context.vendor }),
    ...countTools(whole),
  }
  const total = usage.count('total_tokens')
  const sum = sumOf(quantities) - sumOf(countTools(whole))
  if (total !== null && total !== sum) {
    usage.note(`total_tokens is ${total}; its parts sum to ${sum}.`)
    if (total > sum) Object.assign(quantities, addQuantities(quantities, { output: total - sum }))
  }
  return {
    usage: {
      vendor: context.vendor,
      model: whole.text('model') ?? context.model,
      tier: toTier(whole.text('service_tier') ?? usage.text('service_tier')) ?? context.tier ?? null,
      quantities,
      source: 'provider',
      ...readSaidCost(raw),
      raw,
    },
    others: [],
    problems,
  }
}

/** OpenRouter says its cost in US dollars, beside the counts: https://openrouter.ai/docs/use-cases/usage-accounting */
function readSaidCost(raw: object): { readonly saidCost?: Money } {
  const cost = readPath(raw, 'cost')
  // With a key of the customer's own it is a fee only.
  if (typeof cost !== 'number' || !(cost >= 0 && cost < 1_000_000) || readPath(raw, 'is_byok') === true) return {}
  return { saidCost: usd(cost.toFixed(9)) }
}

/** The usage of an answer of OpenAI's Images API: its output is images. */
export function readOpenAIImageUsage(answer: object, context: UsageContext): UsageReading {
  const problems: string[] = []
  const raw = findUsage(answer)
  const usage = createCountReader(raw, problems)
  const parts = { input_image: usage.count('input_tokens_details', 'image_tokens') }
  const quantities = {
    ...splitWhole(usage, { whole: usage.count('input_tokens'), rest: 'input', parts }),
    ...toQuantities({ output_image: usage.count('output_tokens') }),
  }
  return {
    usage: {
      vendor: context.vendor,
      model: context.model,
      tier: context.tier ?? null,
      quantities,
      source: 'provider',
      raw,
    },
    others: [],
    problems,
  }
}

function readInput(usage: CountReader, whole: bigint | null): Quantities {
  const detail = (name: string) => usage.countFirst(['prompt_tokens_details', name], ['input_tokens_details', name])
  const audio = detail('audio_tokens')
  const image = detail('image_tokens')
  const cached = usage.countFirst(
    ['prompt_tokens_details', 'cached_tokens'],
    ['input_tokens_details', 'cached_tokens'],
    ['prompt_cache_hit_tokens'],
    ['num_cached_tokens'],
    ['prompt_token_details', 'cached_tokens'],
  )
  const written = detail('cache_write_tokens')
  const longWritten = usage.count('input_tokens_details', 'cache_write_tokens_details', 'ttl_12h_tokens')
  // Cached tokens may be audio or image; where the answer does not split them, text comes first, which is the dearer reading.
  const text = whole === null ? null : max(0n, whole - (audio ?? 0n) - (image ?? 0n) - (written ?? 0n))
  const cachedText = cached !== null && text !== null && (audio || image) ? min(cached, text) : cached
  const cachedAudio = cached !== null && cachedText !== null && audio ? min(cached - cachedText, audio) : 0n
  const cachedImage =
    cached !== null && cachedText !== null && image ? min(cached - cachedText - cachedAudio, image) : 0n
  const rest = cached === null || cachedText === null ? null : cached - cachedAudio - cachedImage
  return splitWhole(usage, {
    whole,
    rest: 'input',
    parts: {
      input_cached: rest,
      cache_write: written === null || longWritten === null ? written : max(0n, written - longWritten),
      cache_write_12h: longWritten === 0n ? null : longWritten,
      input_audio: audio === null ? null : audio - cachedAudio,
      input_cached_audio: cachedAudio === 0n ? null : cachedAudio,
      input_image: image === null ? null : image - cachedImage,
      input_cached_image: cachedImage === 0n ? null : cachedImage,
    },
  })
}

function readOutput(
  usage: CountReader,
  { input, output, vendor }: { readonly input: bigint | null; readonly output: bigint | null; readonly vendor: string },
): Quantities {
  const detail = (name: string) =>
    usage.countFirst(['completion_tokens_details', name], ['output_tokens_details', name])
  const reasoning = detail('reasoning_tokens')
  const parts = { output_audio: detail('audio_tokens'), output_image: detail('image_tokens') }
  const total = usage.count('total_tokens')
  // xAI counts thinking beside the visible answer in Chat Completions; its total tells. https://docs.x.ai/docs/guides/reasoning
  const outside =
    vendor === 'xai' &&
    usage.count('completion_tokens') !== null &&
    reasoning !== null &&
    (total === null || input === null || output === null || total >= input + output + reasoning)
  return outside
    ? { ...splitWhole(usage, { whole: output, rest: 'output', parts }), reasoning }
    : splitWhole(usage, { whole: output, rest: 'output', parts: { ...parts, reasoning } })
}

/** Tool calls of the Responses API are items of the answer, not part of `usage`. */
function countTools(answer: CountReader): Quantities {
  const kinds = answer.list('output').map((item) => item.text('type'))
  const count = (kind: string) => BigInt(kinds.filter((found) => found === kind).length)
  const counts = {
    // Not all steps of a search are billed; newer answers say how many.
    web_search: answer.count('tool_usage', 'web_search', 'num_requests') ?? count('web_search_call'),
    file_search: count('file_search_call'),
    code_interpreter: count('code_interpreter_call'),
    image_generation: count('image_generation_call'),
  }
  return Object.fromEntries(Object.entries(counts).filter(([, number]) => number > 0n))
}

const max = (one: bigint, other: bigint) => (one > other ? one : other)
const min = (one: bigint, other: bigint) => (one < other ? one : other)
