import { expect, test } from 'vitest'
import { readAnswerUsage } from './answer-usage.ts'
import { createStreamTally } from './stream-tally.ts'

const usageOf = (vendor: string, values: readonly unknown[]) => {
  const tally = createStreamTally()
  for (const rawValue of values) tally.see({ type: 'raw', rawValue })
  return tally.readUsage({ vendor, model: 'asked' })?.usage ?? null
}

test('of Anthropic, the first event has the input and later counts replace earlier ones', () => {
  const start = {
    type: 'message_start',
    message: {
      model: 'claude-sonnet-5-5',
      usage: { input_tokens: 10, cache_read_input_tokens: 90, output_tokens: 1, service_tier: 'standard' },
    },
  }
  const text = { type: 'content_block_delta', delta: { type: 'text_delta', text: 'a' } }
  const interrupted = usageOf('anthropic', [start, text])
  expect(interrupted).toMatchObject({
    model: 'claude-sonnet-5-5',
    tier: 'standard',
    quantities: { input: 10n, input_cached: 90n, output: 1n },
  })
  const delta = (output_tokens: number) => ({
    type: 'message_delta',
    delta: {},
    usage: { output_tokens, input_tokens: null },
  })
  expect(usageOf('anthropic', [start, text, delta(7), delta(40)])?.quantities).toEqual({
    input: 10n,
    input_cached: 90n,
    output: 40n,
  })
})

test('of Google, the last object counts', () => {
  const chunk = (candidatesTokenCount: number) => ({
    modelVersion: 'gemini-3.8-flash',
    usageMetadata: { promptTokenCount: 5, candidatesTokenCount, totalTokenCount: 5 + candidatesTokenCount },
  })
  expect(usageOf('google', [chunk(1), chunk(9)])).toMatchObject({
    model: 'gemini-3.8-flash',
    quantities: { input: 5n, output: 9n },
  })
})

test('of OpenAI’s Responses, the last event has tier, tools and usage', () => {
  const created = {
    type: 'response.created',
    response: { model: 'gpt-5.4', service_tier: 'auto', output: [], usage: null },
  }
  const completed = {
    type: 'response.completed',
    response: {
      model: 'gpt-5.4',
      service_tier: 'flex',
      output: [{ type: 'web_search_call' }],
      usage: { input_tokens: 3, output_tokens: 2, total_tokens: 5 },
    },
  }
  expect(usageOf('openai', [created])).toBeNull()
  expect(usageOf('openai', [created, completed])).toMatchObject({
    tier: 'flex',
    quantities: { input: 3n, output: 2n, web_search: 1n },
  })
})

test('of OpenAI’s Chat Completions, usage comes on the last chunk', () => {
  const chunk = { model: 'gpt-5.4', service_tier: 'default', choices: [{}], usage: null }
  const last = { ...chunk, choices: [], usage: { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 } }
  expect(usageOf('openai', [chunk])).toBeNull()
  expect(usageOf('openai', [chunk, last])).toMatchObject({ tier: 'standard', quantities: { input: 3n, output: 2n } })
})

test('without raw parts, the SDK’s summary counts', () => {
  const usage = {
    inputTokens: { total: 10, noCache: 4, cacheRead: 6, cacheWrite: undefined },
    outputTokens: { total: 5, text: 3, reasoning: 2 },
  }
  const reading = readAnswerUsage({ usage, modelId: 'other-1' }, { vendor: 'other', model: 'asked' })
  expect(reading?.usage).toMatchObject({
    model: 'other-1',
    quantities: { input: 4n, input_cached: 6n, output: 3n, reasoning: 2n },
  })
  const nothing = {
    inputTokens: { total: undefined, noCache: undefined, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: undefined, text: undefined, reasoning: undefined },
  }
  expect(readAnswerUsage({ usage: nothing }, { vendor: 'other', model: 'asked' })).toBeNull()
})

test('Google’s searches are counted from its grounding', () => {
  const providerMetadata = { google: { groundingMetadata: { webSearchQueries: ['a', 'b'] } } }
  const body = { usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 } }
  const reading = readAnswerUsage({ body, providerMetadata }, { vendor: 'google', model: 'm' })
  expect(reading?.usage.quantities).toEqual({ input: 1n, output: 1n, web_search: 2n })
})

test('what was received is text, thinking and the input of tools, once', () => {
  const tally = createStreamTally()
  tally.see({ type: 'reasoning-delta', id: 'r', delta: 'hm ' })
  tally.see({ type: 'text-delta', id: 't', delta: 'yes ' })
  tally.see({ type: 'tool-input-start', id: 'a', toolName: 'x' })
  tally.see({ type: 'tool-input-delta', id: 'a', delta: '{1}' })
  tally.see({ type: 'tool-call', toolCallId: 'a', toolName: 'x', input: '{1}' })
  tally.see({ type: 'tool-call', toolCallId: 'b', toolName: 'x', input: '{2}' })
  expect(tally.readText()).toBe('hm yes {1}{2}')
})
