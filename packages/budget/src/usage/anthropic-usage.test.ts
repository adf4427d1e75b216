import { expect, test } from 'vitest'
import { readAnthropicUsage } from './anthropic-usage.ts'

const context = { vendor: 'anthropic', model: 'claude-sonnet-5-5' }

test('input excludes the cache, and writes are split by their lifetime', () => {
  const { usage, problems } = readAnthropicUsage(
    {
      model: 'claude-sonnet-5-5-20260901',
      usage: {
        input_tokens: 10,
        cache_read_input_tokens: 2_000,
        cache_creation_input_tokens: 700,
        cache_creation: { ephemeral_5m_input_tokens: 500, ephemeral_1h_input_tokens: 200 },
        output_tokens: 90,
        output_tokens_details: { thinking_tokens: 60 },
        server_tool_use: { web_search_requests: 3, web_fetch_requests: 0 },
        service_tier: 'batch',
        inference_geo: 'us',
      },
    },
    context,
  )
  expect(problems).toEqual([])
  expect(usage).toMatchObject({ model: 'claude-sonnet-5-5-20260901', tier: 'batch', region: 'us' })
  expect(usage.quantities).toEqual({
    input: 10n,
    input_cached: 2_000n,
    cache_write_5m: 500n,
    cache_write_1h: 200n,
    output: 90n,
    web_search: 3n,
  })
})

test('writes without a split are of five minutes; what a split leaves out is too, and is noted', () => {
  const plain = readAnthropicUsage({ input_tokens: 1, cache_creation_input_tokens: 7, output_tokens: 2 }, context)
  expect(plain.usage.quantities).toEqual({ input: 1n, cache_write_5m: 7n, output: 2n })
  const partial = {
    input_tokens: 1,
    cache_creation_input_tokens: 7,
    cache_creation: { ephemeral_1h_input_tokens: 2 },
    output_tokens: 2,
  }
  const reading = readAnthropicUsage(partial, context)
  expect(reading.usage.quantities).toEqual({ input: 1n, cache_write_5m: 5n, cache_write_1h: 2n, output: 2n })
  expect(reading.problems).toEqual(['cache_creation sums to 2, less than cache_creation_input_tokens 7.'])
})

test('compactions are added; an advisor is billed as its own model', () => {
  const { usage, others } = readAnthropicUsage(
    {
      input_tokens: 100,
      output_tokens: 20,
      iterations: [
        { type: 'compaction', input_tokens: 5_000, output_tokens: 300, cache_read_input_tokens: 40 },
        { type: 'message', input_tokens: 100, output_tokens: 20 },
        { type: 'advisor_message', model: 'claude-opus-5-5', input_tokens: 7, output_tokens: 8 },
      ],
    },
    context,
  )
  expect(usage.quantities).toEqual({ input: 5_100n, input_cached: 40n, output: 320n })
  expect(others).toMatchObject([
    { vendor: 'anthropic', model: 'claude-opus-5-5', quantities: { input: 7n, output: 8n } },
  ])
})

test('fast mode is a tier of its own', () => {
  expect(
    readAnthropicUsage({ input_tokens: 1, output_tokens: 1, speed: 'fast', service_tier: 'standard' }, context).usage
      .tier,
  ).toBe('fast_mode')
})
