import { describe, expect, test } from 'vitest'
import type { BudgetedOptions } from '../call/budgeted-options.ts'
import { createCallSettings } from '../call/call-settings.ts'
import { planCall } from '../call/plan-call.ts'
import { createLedger } from '../create-ledger.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { isQuote } from '../quote.ts'
import type { Endpoint } from './find-endpoint.ts'
import type { JsonBody } from './json-body.ts'
import { writeBound } from './output-bound.ts'
import { listFallbacks, readCall } from './read-call.ts'

const host = { now: () => Date.parse('2026-11-26T12:00:00Z'), after: () => () => {} }
const ledger = createLedger({ store: createMemoryLedgerStore() })
const calls = {
  chat: { vendor: 'openai', body: { model: 'gpt-5.4', messages: [], max_completion_tokens: 100 } },
  responses: { vendor: 'openai', body: { model: 'gpt-5.4', input: [], max_output_tokens: 100 } },
  messages: { vendor: 'anthropic', body: { model: 'claude-sonnet-5-5', messages: [], max_tokens: 100 } },
}

function plan(
  endpoint: keyof typeof calls,
  fields: JsonBody = {},
  options: Partial<BudgetedOptions> = {},
  { vendor } = calls[endpoint],
) {
  const settings = createCallSettings({ ledger, budget: 'a', countTokens: () => 0, inputFactor: 1, ...options }, host)
  const body = { ...calls[endpoint].body, ...fields }
  const planned = planCall(readCall(body, { endpoint, vendor }, settings), settings)
  const lines = isQuote(planned.upTo) ? planned.upTo.lines : []
  return {
    lines: Object.fromEntries(lines.map(({ meter, quantity }) => [meter, quantity])),
    prices: lines.map(({ priceId }) => priceId),
    factor: lines[0]?.factor,
    body: writeBound(body, { endpoint, vendor, answerTokensMax: planned.answerTokensMax }),
  }
}

describe('what a request says of its cost', () => {
  test('is its own bound, for each of its answers', () => {
    expect(plan('chat').lines.output).toBe(100n)
    expect(plan('chat', { n: 3 }).lines.output).toBe(300n)
    expect(plan('chat', { max_completion_tokens: null, max_tokens: 40 }).lines.output).toBe(40n)
    expect(plan('responses').lines.output).toBe(100n)
    expect(plan('messages').lines.output).toBe(100n)
  })

  test('is the wrapper’s bound or the model’s limit where it states none, which is written into it', () => {
    expect(plan('chat', { max_completion_tokens: undefined }).body).toMatchObject({ max_completion_tokens: 128_000 })
    const bounded = { outputTokensMax: 500 }
    expect(plan('responses', { max_output_tokens: null }, bounded).body).toMatchObject({ max_output_tokens: 500 })
    expect(plan('messages', { max_tokens: undefined }, bounded).lines.output).toBe(500n)
    const mistral = { model: 'codestral', max_completion_tokens: undefined }
    const written = plan('chat', mistral, bounded, { ...calls.chat, vendor: 'mistral' }).body
    expect(written).toMatchObject({ max_tokens: 500 })
  })

  test('is the model’s limit where the API refuses a bound', () => {
    const predicted = {
      model: 'gpt-4.1',
      max_completion_tokens: undefined,
      prediction: { type: 'content', content: 'x' },
    }
    const { lines, body } = plan('chat', predicted, { outputTokensMax: 500 })
    expect(lines.output).toBe(32_768n)
    expect(body.max_completion_tokens).toBeUndefined()
  })

  test('is a larger budget of thinking', () => {
    expect(plan('messages', { thinking: { type: 'enabled', budget_tokens: 2_000 } }).lines.output).toBe(2_000n)
  })

  test('is the dearest write to a cache that it may cause', () => {
    expect(plan('chat', { model: 'gpt-6-sol' }).prices[0]).toContain('#cache_write')
    expect(plan('messages').lines).toHaveProperty('input')
    const cached = (control: object) => ({ system: [{ type: 'text', text: 'x', cache_control: control }] })
    expect(plan('messages', cached({ type: 'ephemeral' })).lines).toHaveProperty('cache_write_5m')
    expect(plan('messages', cached({ ttl: '1h', type: 'ephemeral' })).lines).toHaveProperty('cache_write_1h')
    expect(plan('messages', { system: '{"cache_control":{"ttl":"1h"}}' }).lines).toHaveProperty('input')
  })

  test('is the tier and the region that it asks for', () => {
    expect(plan('chat', { service_tier: 'priority' }).prices[0]).toContain('/priority/')
    expect(plan('chat', { service_tier: 'flex' }).prices[0]).toContain('/standard')
    expect(plan('messages', { service_tier: 'standard_only' }).prices[0]).toContain('/standard')
    expect(() => plan('messages', { speed: 'fast' })).toThrow(expect.objectContaining({ code: 'price_unknown' }))
    expect(plan('messages', { inference_geo: 'us' }).factor?.numerator).toBe(1_100_000_000n)
  })

  test('is the uses of searches, at most as many as it allows', () => {
    const tools = [{ type: 'web_search_20260318', name: 'web_search', max_uses: 3 }]
    expect(plan('messages', { tools }).lines.web_search).toBe(3n)
    expect(plan('responses', { tools: [{ type: 'web_search' }] }).lines.web_search).toBe(10n)
    expect(plan('responses', { tools: [{ type: 'web_search' }], max_tool_calls: 2 }).lines.web_search).toBe(2n)
  })

  test('is the whole context where the vendor adds what it keeps', () => {
    expect(plan('responses', { previous_response_id: 'resp_1' }).lines.input).toBe(1_050_000n)
    expect(plan('messages', { thread: { type: 'continue', previous_message_id: 'msg_1' } }).lines.input).toBe(
      1_000_000n,
    )
    expect(plan('messages', { thread: { type: 'create' } }).lines.input).toBe(8n)
  })

  test.each([
    ['a tool that is billed by what nobody priced', 'responses', { tools: [{ type: 'image_generation' }] }],
    ['searches that its answer does not count', 'chat', { web_search_options: {} }],
    ['a model without a price', 'chat', { model: 'gpt-99' }],
    ['no model', 'responses', { model: undefined }],
  ] as const)('is refused with %s', (_, endpoint, fields) => {
    expect(() => plan(endpoint, fields)).toThrow(expect.objectContaining({ code: 'price_unknown' }))
  })
})

test('models that may answer instead are known only by their names', () => {
  expect(listFallbacks({})).toEqual([])
  expect(listFallbacks({ fallbacks: [{ model: 'claude-haiku-4-5' }] })).toEqual(['claude-haiku-4-5'])
  expect(() => listFallbacks({ fallbacks: 'default' })).toThrow(expect.objectContaining({ code: 'price_unknown' }))
})

test('an endpoint without a bound of its own gets none written', () => {
  const free: Endpoint = 'free'
  expect(writeBound({ a: 1 }, { endpoint: free, vendor: 'openai', answerTokensMax: 5 })).toEqual({ a: 1 })
})
