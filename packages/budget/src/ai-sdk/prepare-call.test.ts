import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { describe, expect, test } from 'vitest'
import type { BudgetedOptions } from '../call/budgeted-options.ts'
import { createCallSettings } from '../call/call-settings.ts'
import { createLedger } from '../create-ledger.ts'
import { createMemoryLedgerStore } from '../memory/create-memory-ledger-store.ts'
import { isQuote } from '../quote.ts'
import { prepareCall } from './prepare-call.ts'

const host = { now: () => Date.parse('2026-11-26T12:00:00Z'), after: () => () => {} }
const ledger = createLedger({ store: createMemoryLedgerStore() })

function prepare(
  provider: string,
  modelId: string,
  params: Partial<LanguageModelV4CallOptions> = {},
  options: Partial<BudgetedOptions> = {},
) {
  const settings = createCallSettings({ ledger, budget: 'a', countTokens: () => 0, inputFactor: 1, ...options }, host)
  const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'x' }] }]
  const call = prepareCall({ provider, modelId }, { prompt, maxOutputTokens: 100, ...params }, settings)
  const lines = isQuote(call.upTo)
    ? Object.fromEntries(call.upTo.lines.map(({ meter, quantity }) => [meter, quantity]))
    : {}
  const prices = isQuote(call.upTo) ? call.upTo.lines.map(({ priceId }) => priceId) : []
  return { ...call, lines, prices }
}

const claude = ['anthropic.messages', 'claude-sonnet-5-5'] as const

describe('a prepared call', () => {
  test('is billed by the first part of the provider’s name', () => {
    expect(prepare('openai.responses', 'gpt-5.4').vendor).toBe('openai')
    expect(prepare('google.generative-ai', 'gemini-3.8-flash').vendor).toBe('google')
    expect(prepare('amazon-bedrock', 'us.claude-sonnet-5-5', {}, { vendor: 'anthropic' }).priced?.model).toBe(
      'claude-sonnet-5-5',
    )
  })

  test('has the model’s own limit as its bound where nobody sets one', () => {
    expect(prepare('openai.chat', 'gpt-5.4', { maxOutputTokens: undefined }).params.maxOutputTokens).toBe(128_000)
    expect(
      prepare('openai.chat', 'gpt-5.4', { maxOutputTokens: undefined }, { outputTokensMax: 500 }).params
        .maxOutputTokens,
    ).toBe(500)
  })

  test('multiplies what was counted', () => {
    expect(prepare('openai.chat', 'gpt-5.4', {}, { inputFactor: undefined }).lines).toMatchObject({ input: 20n })
    expect(prepare(...claude, {}, { inputFactor: undefined }).lines).toEqual({ input: 26n, output: 100n })
  })

  test('adds Anthropic’s budget of thinking, which its client adds to the bound', () => {
    const thinking = { anthropic: { thinking: { type: 'enabled', budgetTokens: 2_000 } } }
    expect(prepare(...claude, { providerOptions: thinking }).lines.output).toBe(2_100n)
    expect(prepare(...claude, { providerOptions: thinking }).params.maxOutputTokens).toBe(100)
    expect(prepare(...claude, { reasoning: 'high' }).lines.output).toBe(128_000n)
  })

  test('takes cache writes at the dearest that the request may cause', () => {
    expect(prepare('openai.chat', 'gpt-6-sol').prices[0]).toContain('#cache_write')
    expect(prepare('openai.chat', 'gpt-5.4').prices[0]).toContain('#input')
    const hour = { anthropic: { cacheControl: { type: 'ephemeral', ttl: '1h' } } }
    expect(prepare(...claude, { providerOptions: hour }).lines).toEqual({ cache_write_1h: 16n, output: 100n })
    const message = {
      role: 'system' as const,
      content: 'x',
      providerOptions: { anthropic: { cacheControl: { type: 'ephemeral' } } },
    }
    expect(prepare(...claude, { prompt: [message] }).lines).toEqual({ cache_write_5m: 16n, output: 100n })
  })

  test('adds the uses of searches, at most as many as the tool allows', () => {
    const search = (args: Record<string, unknown>) => [
      { type: 'provider' as const, id: 'anthropic.web_search_20250305' as const, name: 'web_search', args },
    ]
    expect(prepare(...claude, { tools: search({ maxUses: 3 }) }).lines.web_search).toBe(3n)
    expect(prepare(...claude, { tools: search({}) }).lines.web_search).toBe(10n)
  })

  test('reserves the tier that was asked for, or standard where that is dearer', () => {
    const tier = (serviceTier: string) => ({ providerOptions: { openai: { serviceTier } } })
    expect(prepare('openai.chat', 'gpt-5.4', tier('priority')).prices[0]).toContain('/priority/')
    expect(prepare('openai.chat', 'gpt-5.4', tier('flex')).prices[0]).toContain('/standard')
    expect(prepare('openai.chat', 'gpt-5.4', tier('auto'), { tiers: ['standard', 'priority'] }).prices[0]).toContain(
      '/priority/',
    )
  })

  test('refuses a mode whose price is not known, such as Anthropic’s fast one', () => {
    const fast = { providerOptions: { anthropic: { speed: 'fast' } } }
    expect(() => prepare(...claude, fast)).toThrow(expect.objectContaining({ code: 'price_unknown' }))
  })

  test('adds the surcharge of a region, of the request or of all calls', () => {
    const factorOf = ({ upTo }: ReturnType<typeof prepare>) => (isQuote(upTo) ? upTo.lines[0]?.factor : null)
    const us = { providerOptions: { anthropic: { inferenceGeo: 'us' } } }
    expect(factorOf(prepare('anthropic.messages', 'claude-opus-4-8', us))).toEqual({
      numerator: 1_100_000_000n,
      denominator: 1_000_000_000n,
    })
    expect(factorOf(prepare('openai.chat', 'gpt-5.4', {}, { region: 'eu' }))).toEqual({
      numerator: 1_100_000_000n,
      denominator: 1_000_000_000n,
    })
    expect(factorOf(prepare('openai.chat', 'gpt-5.4'))).toBeUndefined()
  })

  test('reserves the whole context when the vendor adds what it keeps', () => {
    const continued = { providerOptions: { openai: { previousResponseId: 'resp_1' } } }
    expect(prepare('openai.responses', 'gpt-5.4', continued).lines.input).toBe(1_050_000n)
  })

  test('reserves the larger bound where a provider’s own option is one', () => {
    const own = { providerOptions: { openai: { maxCompletionTokens: 900 } } }
    expect(prepare('openai.chat', 'gpt-5.4', own).lines.output).toBe(900n)
  })

  test('reserves the whole context when a file cannot be bounded', () => {
    const url = { type: 'url' as const, url: new URL('https://files.test/a.pdf') }
    const prompt = [
      { role: 'user' as const, content: [{ type: 'file' as const, mediaType: 'application/pdf', data: url }] },
    ]
    expect(prepare(...claude, { prompt }).lines.input).toBe(1_000_000n)
  })
})
