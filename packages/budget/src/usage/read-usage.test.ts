import { describe, expect, test } from 'vitest'
import { usd } from '../money.ts'
import { mergeEvent } from './merge-event.ts'
import { readUsage } from './read-usage.ts'

const read = (answer: unknown, vendor = 'some') => readUsage(answer, { vendor, model: 'm' })?.usage.quantities ?? null

test('the shape of the usage object decides whose it is', () => {
  expect(read({ usage: { prompt_tokens: 3, completion_tokens: 2 } })).toEqual({ input: 3n, output: 2n })
  expect(read({ input_tokens: 3, output_tokens: 2, input_tokens_details: { cached_tokens: 1 } })).toEqual({
    input: 2n,
    input_cached: 1n,
    output: 2n,
  })
  expect(read({ input_tokens: 3, output_tokens: 2, cache_read_input_tokens: 1 })).toEqual({
    input: 3n,
    input_cached: 1n,
    output: 2n,
  })
  expect(read({ input_tokens: 3, output_tokens: 2 }, 'anthropic')).toEqual({ input: 3n, output: 2n })
  expect(read({ usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2 } })).toEqual({ input: 3n, output: 2n })
  const bedrock = {
    inputTokens: 3,
    outputTokens: 2,
    cacheReadInputTokens: 1,
    cacheWriteInputTokens: 5,
    cacheDetails: [{ ttl: '1h', inputTokens: 4 }],
  }
  expect(read({ usage: bedrock })).toEqual({
    input: 3n,
    input_cached: 1n,
    cache_write_5m: 1n,
    cache_write_1h: 4n,
    output: 2n,
  })
})

test('output of an answer with images is images', () => {
  const usage = { input_tokens: 9, input_tokens_details: { text_tokens: 5, image_tokens: 4 }, output_tokens: 7 }
  const images = { input: 5n, input_image: 4n, output_image: 7n }
  expect(read({ created: 1, data: [{ b64_json: 'aGk=' }], usage }, 'openai')).toEqual(images)
  expect(read({ created: 1, data: [{ embedding: [1] }], usage: { prompt_tokens: 9, total_tokens: 9 } })).toEqual({
    input: 9n,
  })
})

test('an answer without usage says nothing', () => {
  for (const answer of [null, undefined, 'text', {}, { usage: null }, { usage: {} }, { choices: [] }])
    expect(read(answer)).toBeNull()
})

describe('what Cohere bills', () => {
  const billed_units = { input_tokens: 12, output_tokens: 4 }
  const tokens = { input_tokens: 212, output_tokens: 4 }
  test('is in the usage of Chat; the tokens beside it are not billed', () => {
    expect(read({ id: 'c', usage: { billed_units, tokens } }, 'cohere')).toEqual({ input: 12n, output: 4n })
    const last = { type: 'message-end', delta: { finish_reason: 'COMPLETE', usage: { billed_units, tokens } } }
    expect(read(mergeEvent(null, last), 'cohere')).toEqual({ input: 12n, output: 4n })
  })
  test('is in the meta of Embed, Rerank and Classify', () => {
    expect(read({ meta: { billed_units: { input_tokens: 7, images: 2 } } })).toEqual({ input: 7n, image: 2n })
    expect(read({ meta: { billed_units: { search_units: 1 } } })).toEqual({ search_unit: 1n })
    expect(read({ meta: { billed_units: { classifications: 3 } } })).toEqual({ classification: 3n })
  })
})

describe('what the AI SDK makes of a usage', () => {
  const flat = { inputTokens: 10, outputTokens: 4, totalTokens: 14, reasoningTokens: 1, cachedInputTokens: 6 }
  test('is flat in version 5: cached input and reasoning are within the totals', () => {
    expect(read(flat, 'openai')).toEqual({ input: 4n, input_cached: 6n, output: 3n, reasoning: 1n })
    expect(read({ ...flat, reasoningTokens: undefined, cachedInputTokens: undefined }, 'openai')).toEqual({
      input: 10n,
      output: 4n,
    })
  })
  test('has them beside the totals where version 5 hands on counts of Anthropic, Bedrock or Google', () => {
    expect(read(flat, 'anthropic')).toEqual({ input: 10n, input_cached: 6n, output: 3n, reasoning: 1n })
    expect(read({ ...flat, cachedInputTokens: 600 })).toMatchObject({ input: 10n, input_cached: 600n })
    expect(read({ ...flat, totalTokens: 15 }, 'google')).toMatchObject({ output: 4n, reasoning: 1n })
  })
  test('has details since version 6, of a call and of a model', () => {
    const call = {
      inputTokens: 10,
      inputTokenDetails: { noCacheTokens: 3, cacheReadTokens: 5, cacheWriteTokens: 2 },
      outputTokens: 4,
      outputTokenDetails: { textTokens: 3, reasoningTokens: 1 },
      totalTokens: 14,
    }
    const model = {
      inputTokens: { total: 10, noCache: 3, cacheRead: 5, cacheWrite: 2 },
      outputTokens: { total: 4, text: 3, reasoning: 1 },
    }
    const quantities = { input: 3n, input_cached: 5n, cache_write: 2n, output: 3n, reasoning: 1n }
    for (const usage of [call, model, { usage: call }]) expect(read(usage, 'openai')).toEqual(quantities)
  })
  test('is read by the provider’s own object where it is there', () => {
    const cacheCreation = { cache_creation_input_tokens: 4, cache_creation: { ephemeral_1h_input_tokens: 4 } }
    const raw = { input_tokens: 3, output_tokens: 2, ...cacheCreation }
    const usage = { inputTokens: { total: 7, cacheWrite: 4 }, outputTokens: { total: 2 }, raw }
    expect(read(usage, 'anthropic')).toMatchObject({ input: 3n, cache_write_1h: 4n, output: 2n })
  })
})

test('what OpenRouter says that a call did cost is kept as a second opinion', () => {
  const saidCost = (usage: object) =>
    readUsage({ usage: { prompt_tokens: 3, completion_tokens: 2, ...usage } }, { vendor: 'openrouter', model: 'm' })
      ?.usage.saidCost
  expect(saidCost({ cost: 0.00014 })).toEqual(usd('0.00014'))
  expect(saidCost({ cost: 0 })).toEqual(usd('0'))
  expect(saidCost({ cost: 0.00014, is_byok: true })).toBeUndefined()
  expect(saidCost({ cost: 'much' })).toBeUndefined()
})
