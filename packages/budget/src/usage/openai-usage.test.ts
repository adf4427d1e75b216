import { describe, expect, test } from 'vitest'
import { readOpenAIImageUsage, readOpenAIUsage } from './openai-usage.ts'

const context = { vendor: 'openai', model: 'asked' }
const read = (answer: object, vendor = 'openai') => readOpenAIUsage(answer, { ...context, vendor })

describe('usage of the OpenAI protocol', () => {
  test('of Chat Completions: cached, written and thinking tokens are part of the whole', () => {
    const usage = {
      prompt_tokens: 1_000,
      completion_tokens: 300,
      total_tokens: 1_300,
      prompt_tokens_details: { cached_tokens: 600, cache_write_tokens: 100, audio_tokens: 0 },
      completion_tokens_details: {
        reasoning_tokens: 200,
        accepted_prediction_tokens: 5,
        rejected_prediction_tokens: 7,
      },
    }
    const reading = read({ model: 'gpt-5.4-2026-03-05', service_tier: 'default', usage })
    expect(reading.problems).toEqual([])
    expect(reading.usage).toMatchObject({
      vendor: 'openai',
      model: 'gpt-5.4-2026-03-05',
      tier: 'standard',
      source: 'provider',
    })
    expect(reading.usage.quantities).toEqual({
      input: 300n,
      input_cached: 600n,
      cache_write: 100n,
      input_audio: 0n,
      output: 100n,
      reasoning: 200n,
    })
    expect(reading.usage.raw).toBe(usage)
  })

  test('of Responses: tool calls are counted from the items', () => {
    const { usage, problems } = read({
      model: 'gpt-6-sol',
      service_tier: 'flex',
      output: [
        { type: 'web_search_call' },
        { type: 'message' },
        { type: 'web_search_call' },
        { type: 'file_search_call' },
      ],
      usage: {
        input_tokens: 50,
        input_tokens_details: {
          cached_tokens: 0,
          cache_write_tokens: 30,
          cache_write_tokens_details: { ttl_12h_tokens: 10 },
        },
        output_tokens: 20,
        output_tokens_details: { reasoning_tokens: 20 },
        total_tokens: 70,
      },
    })
    expect(problems).toEqual([])
    expect(usage.tier).toBe('flex')
    expect(usage.quantities).toEqual({
      input: 20n,
      input_cached: 0n,
      cache_write: 20n,
      cache_write_12h: 10n,
      output: 0n,
      reasoning: 20n,
      web_search: 2n,
      file_search: 1n,
    })
  })

  test('of audio: each modality has its meter, and cached tokens are text first', () => {
    const { usage } = read({
      prompt_tokens: 100,
      completion_tokens: 40,
      prompt_tokens_details: { audio_tokens: 60, cached_tokens: 50 },
      completion_tokens_details: { audio_tokens: 30 },
    })
    expect(usage.quantities).toEqual({
      input: 0n,
      input_cached: 40n,
      input_audio: 50n,
      input_cached_audio: 10n,
      output: 10n,
      output_audio: 30n,
    })
  })

  test('of Embeddings and of Images', () => {
    expect(read({ model: 'e', usage: { prompt_tokens: 8, total_tokens: 8 } }).usage.quantities).toEqual({ input: 8n })
    const images = {
      usage: { input_tokens: 50, output_tokens: 4_160, input_tokens_details: { text_tokens: 10, image_tokens: 40 } },
    }
    expect(readOpenAIImageUsage(images, context).usage.quantities).toEqual({
      input: 10n,
      input_image: 40n,
      output_image: 4_160n,
    })
  })

  test('of xAI: thinking is beside the visible answer, unless the total says otherwise', () => {
    const details = { completion_tokens_details: { reasoning_tokens: 100 } }
    const beside = read({ prompt_tokens: 10, completion_tokens: 5, total_tokens: 115, ...details }, 'xai')
    expect(beside).toMatchObject({ usage: { quantities: { output: 5n, reasoning: 100n } }, problems: [] })
    const within = read({ prompt_tokens: 10, completion_tokens: 105, total_tokens: 115, ...details }, 'xai')
    expect(within).toMatchObject({ usage: { quantities: { output: 5n, reasoning: 100n } }, problems: [] })
    const silent = read({ prompt_tokens: 10, completion_tokens: 5, ...details }, 'xai')
    expect(silent.usage.quantities).toMatchObject({ output: 5n, reasoning: 100n })
  })

  test('of DeepSeek and Mistral: their own words for the cache', () => {
    const deepseek = {
      prompt_tokens: 10,
      prompt_cache_hit_tokens: 4,
      prompt_cache_miss_tokens: 6,
      completion_tokens: 1,
    }
    expect(read(deepseek, 'deepseek').usage.quantities).toEqual({ input: 6n, input_cached: 4n, output: 1n })
    const mistral = { prompt_tokens: 10, num_cached_tokens: 4, completion_tokens: 1, total_tokens: 11 }
    expect(read(mistral, 'mistral').usage.quantities).toEqual({ input: 6n, input_cached: 4n, output: 1n })
  })

  test('keeps an explicit zero, and leaves out what was not said', () => {
    expect(read({ prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 }).usage.quantities).toEqual({
      input: 0n,
      output: 0n,
    })
    expect(read({ prompt_tokens: 5 }).usage.quantities).toEqual({ input: 5n })
  })

  test('takes the larger reading where the numbers contradict each other, and says so', () => {
    const tooManyParts = read({ prompt_tokens: 10, prompt_tokens_details: { cached_tokens: 12 }, completion_tokens: 1 })
    expect(tooManyParts.usage.quantities).toEqual({ input: 0n, input_cached: 12n, output: 1n })
    expect(tooManyParts.problems).toEqual(['The parts of input sum to 12, more than the 10 of the whole.'])
    const largerTotal = read({ prompt_tokens: 10, completion_tokens: 1, total_tokens: 20 })
    expect(largerTotal.usage.quantities).toEqual({ input: 10n, output: 10n })
    expect(largerTotal.problems).toEqual(['total_tokens is 20; its parts sum to 11.'])
    const negative = read({ prompt_tokens: -3, completion_tokens: 1.5 })
    expect(negative.usage.quantities).toEqual({})
    expect(negative.problems).toContain('prompt_tokens is -3; it must be a whole number, not below zero.')
  })

  test.each([
    ['default', 'standard'],
    ['fast', 'priority'],
    ['priority', 'priority'],
    ['auto', null],
    [undefined, null],
  ])('served on %s is the tier %s', (service_tier, tier) => {
    expect(read({ usage: { prompt_tokens: 1 }, service_tier }).usage.tier).toBe(tier)
  })
})
