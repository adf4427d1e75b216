import { expect, test } from 'vitest'
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

test('an answer without usage says nothing', () => {
  for (const answer of [null, undefined, 'text', {}, { usage: null }, { usage: {} }, { choices: [] }])
    expect(read(answer)).toBeNull()
})
