import { createOpenAI } from '@ai-sdk/openai'
import { generateText, isStepCount, jsonSchema, streamText, tool, wrapLanguageModel } from 'ai'
import { describe, expect, test } from 'vitest'
import type { BudgetedOptions } from '../call/budgeted-options.ts'
import { createUsageHistory } from '../estimate/usage-history.ts'
import { usd } from '../money.ts'
import { countWords, type PaidSetting, startPaid, words } from '../testing/start-paid.test-support.ts'
import { budgeted, budgetMiddlewareOn } from './budgeted.ts'

interface Setting extends Partial<BudgetedOptions>, PaidSetting {
  readonly api?: 'chat' | 'responses'
  readonly name?: string
}

/** gpt-5.4-mini: 0.75 dollars per million input, 0.075 cached, 4.50 output. */
async function start({ answer, limit, api = 'chat', name = 'gpt-5.4-mini', ...options }: Setting = {}) {
  const started = await startPaid({ ...(answer ? { answer } : {}), ...(limit === undefined ? {} : { limit }) })
  const provider = createOpenAI({ baseURL: started.standIn.url, apiKey: 'any' })
  return { ...started, model: budgeted(provider[api](name), { ...started.paid, ...options }) }
}

describe('a budgeted model that generates', () => {
  test.each(['chat', 'responses'] as const)(
    'settles what the provider said through %s, to the last nano',
    async (api) => {
      const { model, balance, problems } = await start({
        api,
        answer: () => ({ text: words(10), reasoningTokens: 5, cachedTokens: 2 }),
      })
      const { text } = await generateText({ model, prompt: 'one two three' })
      expect(text).toBe(words(10))
      // 1 × 0.75 + 2 × 0.075 + 15 × 4.50 dollars per million
      expect(await balance()).toEqual({ settled: '0.0000684 USD', reserved: '0.00 USD' })
      expect(problems).toEqual([])
    },
  )

  test('is stopped before the call when the budget cannot pay it', async () => {
    const { model, balance, standIn } = await start({ limit: '0.0001' })
    await expect(generateText({ model, prompt: 'hello', maxRetries: 0 })).rejects.toMatchObject({
      code: 'exceeded',
      budget: 'agency',
    })
    expect(standIn.calls).toEqual([])
    expect(await balance()).toEqual({ settled: '0.00 USD', reserved: '0.00 USD' })
  })

  test('writes the bound of the output into the request', async () => {
    const { model, standIn } = await start()
    await generateText({ model, prompt: 'hello' })
    await generateText({ model, prompt: 'hello', maxOutputTokens: 7 })
    expect(standIn.calls.map(({ body }) => body)).toMatchObject([
      { max_completion_tokens: 1_000 },
      { max_completion_tokens: 7 },
    ])
  })

  test('prices the tier that served the call', async () => {
    const { model, settled } = await start({ answer: () => ({ text: words(10), serviceTier: 'priority' }) })
    await generateText({ model, prompt: 'one', providerOptions: { openai: { serviceTier: 'priority' } } })
    // 1 × 1.50 + 10 × 9.00 dollars per million
    expect(await settled()).toBe('0.0000915 USD')
  })

  test('reserves each step of a tool loop by itself', async () => {
    const { model, ledger, settled, standIn } = await start({
      answer: ({ toolResults }) =>
        toolResults.length > 0
          ? { text: 'It is warm.' }
          : { toolCalls: [{ name: 'weather', input: { city: 'Paris' } }] },
    })
    const weather = tool({
      inputSchema: jsonSchema({ type: 'object', properties: { city: { type: 'string' } } }),
      execute: async () => 'warm',
    })
    const { text } = await generateText({ model, prompt: 'weather?', tools: { weather }, stopWhen: isStepCount(3) })
    expect(text).toBe('It is warm.')
    await settled()
    const { items } = await ledger.listEntries({ budget: 'agency' })
    expect(items.filter(({ kind }) => kind === 'settle')).toHaveLength(2)
    expect(standIn.calls).toHaveLength(2)
  })

  test('takes models of older versions of the SDK', async () => {
    const { ledger, settled } = await start()
    const old = {
      specificationVersion: 'v2' as const,
      provider: 'openai.chat',
      modelId: 'gpt-5.4-mini',
      supportedUrls: {},
      doGenerate: async () => ({
        content: [{ type: 'text' as const, text: 'hi' }],
        finishReason: 'stop' as const,
        usage: { inputTokens: 10, outputTokens: 4, totalTokens: 14, cachedInputTokens: 6, reasoningTokens: 1 },
        warnings: [],
      }),
      doStream: () => Promise.reject(new Error('not used')),
    }
    await generateText({ model: budgeted(old, { ledger, budget: 'agency', outputTokensMax: 10 }), prompt: 'x' })
    // 4 × 0.75 + 6 × 0.075 + 4 × 4.50 dollars per million
    expect(await settled()).toBe('0.00002145 USD')
  })

  test('refuses a model without a price, unless it has a flat one', async () => {
    const { model } = await start({ name: 'gpt-99' })
    await expect(generateText({ model, prompt: 'x', maxRetries: 0 })).rejects.toMatchObject({ code: 'price_unknown' })
    const flat = await start({ name: 'gpt-99', unknownModel: usd('0.02') })
    await generateText({ model: flat.model, prompt: 'x' })
    expect(await flat.settled()).toBe('0.02 USD')
  })

  test('releases what a refused call had reserved, at each attempt', async () => {
    const { model, ledger, standIn, settled } = await start()
    standIn.fail({ kind: 'status', status: 400 })
    await expect(generateText({ model, prompt: 'x', maxRetries: 0 })).rejects.toThrow('told to fail with 400')
    expect(await settled()).toBe('0.00 USD')
    const { items } = await ledger.listEntries({ budget: 'agency' })
    expect(items.filter(({ kind }) => kind === 'release')).toHaveLength(1)
  })

  test('settles the whole reservation of a call that broke on the way', async () => {
    const { model, standIn, settled } = await start({ countTokens: () => 0, inputFactor: 1 })
    standIn.fail({ kind: 'reset' })
    await expect(generateText({ model, prompt: 'x', maxRetries: 0 })).rejects.toThrow()
    // 16 tokens around the message, and 1,000 of output
    expect(await settled()).toBe('0.004512 USD')
  })

  test('counts when the provider says nothing of usage', async () => {
    const { model, standIn, settled, ledger } = await start({ countTokens: (text) => text.split(' ').length })
    standIn.fail({ kind: 'no_usage' })
    await generateText({ model, prompt: 'one two three' })
    // 19 counted tokens of input, 5 of "You said: one two three"
    expect(await settled()).toBe('0.00003675 USD')
    const { items } = await ledger.listEntries({ budget: 'agency' })
    expect(items.find(({ kind }) => kind === 'settle')?.details).toMatchObject({
      quote: { usage: { source: 'counted' } },
    })
  })

  test('lets an aborting caller go at once, and settles what the provider finishes behind it', async () => {
    const { model, standIn, settled } = await start({ answer: () => ({ text: words(10) }) })
    standIn.fail({ kind: 'pause_after', tokens: 0 })
    const caller = new AbortController()
    const call = generateText({ model, prompt: 'one', abortSignal: caller.signal, maxRetries: 0 })
    await standIn.paused()
    caller.abort(new Error('closed the tab'))
    await expect(call).rejects.toThrow('closed the tab')
    standIn.resume()
    // 1 × 0.75 + 10 × 4.50 dollars per million
    expect(await settled()).toBe('0.00004575 USD')
  })
})

describe('a budgeted model that streams', () => {
  test.each(['chat', 'responses'] as const)('has settled through %s when its reader sees the end', async (api) => {
    const { model, balance, problems } = await start({
      api,
      answer: () => ({ text: words(10), cachedTokens: 1, serviceTier: 'flex' }),
    })
    const { textStream } = streamText({ model, prompt: 'one two' })
    let text = ''
    for await (const delta of textStream) text += delta
    expect(text).toBe(words(10))
    // flex: 1 × 0.375 + 1 × 0.0375 + 10 × 2.25 dollars per million are 22,912.5 nanos
    expect(await balance()).toEqual({ settled: '0.000022913 USD', reserved: '0.00 USD' })
    expect(problems).toEqual([])
  })

  test('reads an aborted stream to its end, and settles exactly', async () => {
    const { model, standIn, settled } = await start({ answer: () => ({ text: words(50) }) })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const caller = new AbortController()
    const result = streamText({ model, prompt: 'one', abortSignal: caller.signal, onError: () => {} })
    const reading = (async () => {
      for await (const _ of result.textStream);
    })().catch(() => undefined)
    await standIn.paused()
    caller.abort()
    await reading
    standIn.resume()
    expect(await settled()).toBe('0.00022575 USD')
    expect(standIn.calls).toMatchObject([{ outcome: 'answered', billed: { outputTokens: 50 } }])
  })

  test('counts an aborted stream whose provider does not come to an end', async () => {
    const { standIn, ledger, settled } = await start({ answer: () => ({ text: words(50) }) })
    const timers: (() => void)[] = []
    const host = {
      now: () => Date.parse('2026-11-26T12:00:00Z'),
      after: (ms: number, run: () => void) => {
        if (ms === 30_000) timers.push(run)
        return () => {}
      },
    }
    const options = { ledger, budget: 'agency', outputTokensMax: 1_000, countTokens: countWords }
    const provider = createOpenAI({ baseURL: standIn.url, apiKey: 'any' })
    const model = wrapLanguageModel({
      model: provider.chat('gpt-5.4-mini'),
      middleware: budgetMiddlewareOn(options, host),
    })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const caller = new AbortController()
    const { textStream } = streamText({ model, prompt: 'one', abortSignal: caller.signal, onError: () => {} })
    let received = ''
    for await (const delta of textStream) {
      received += delta
      if (countWords(received) === 3) caller.abort()
    }
    expect(timers).toHaveLength(1)
    expect(standIn.calls[0]?.outcome).toBe('open')
    timers[0]?.()
    expect(await settled()).toBe('0.00002625 USD')
  })

  test('ends an aborted stream at once and counts what came, when told so', async () => {
    const { model, standIn, settled, ledger } = await start({
      afterAbort: 'count',
      countTokens: countWords,
      answer: () => ({ text: words(50) }),
    })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const caller = new AbortController()
    const { textStream } = streamText({ model, prompt: 'one', abortSignal: caller.signal, onError: () => {} })
    let received = ''
    for await (const delta of textStream) {
      received += delta
      if (received.trim().split(' ').length === 3) caller.abort()
    }
    // 17 counted tokens of input, 3 received of output
    expect(await settled()).toBe('0.00002625 USD')
    await expect.poll(() => standIn.calls[0]?.outcome).toBe('aborted')
    const { items } = await ledger.listEntries({ budget: 'agency' })
    expect(items.find(({ kind }) => kind === 'settle')?.details).toMatchObject({
      quote: { usage: { source: 'counted' } },
    })
  })

  test('is read on when its reader cancels', async () => {
    const { model, settled } = await start({ answer: () => ({ text: words(20) }) })
    const { stream } = await model.doStream({ prompt: [{ role: 'user', content: [{ type: 'text', text: 'one' }] }] })
    const reader = stream.getReader()
    await reader.read()
    await reader.cancel()
    expect(await settled()).toBe('0.00009075 USD')
  })

  test.each([
    ['says an error', { kind: 'error_after', tokens: 3 }],
    ['breaks', { kind: 'reset_after', tokens: 3 }],
  ] as const)('counts what came before the stream %s', async (_, fault) => {
    const { model, standIn, settled } = await start({
      countTokens: countWords,
      answer: () => ({ text: words(50) }),
    })
    standIn.fail(fault)
    await streamText({ model, prompt: 'one', maxRetries: 0, onError: () => {} }).consumeStream({ onError: () => {} })
    expect(await settled()).toBe('0.00002625 USD')
  })

  test('is refused before it begins, and costs nothing', async () => {
    const { model, balance, standIn } = await start({ limit: '0.0001' })
    const errors: unknown[] = []
    await streamText({
      model,
      prompt: 'x',
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    }).consumeStream()
    expect(errors).toMatchObject([{ code: 'exceeded' }])
    expect(standIn.calls).toEqual([])
    expect(await balance()).toEqual({ settled: '0.00 USD', reserved: '0.00 USD' })
  })

  test('does not hand on raw parts that nobody asked for', async () => {
    const { model } = await start()
    const prompt = [{ role: 'user' as const, content: [{ type: 'text' as const, text: 'one' }] }]
    const types = async (includeRawChunks: boolean) => {
      const { stream } = await model.doStream({ prompt, includeRawChunks })
      const found = new Set<string>()
      for await (const { type } of stream) found.add(type)
      return found
    }
    expect(await types(false)).not.toContain('raw')
    expect(await types(true)).toContain('raw')
  })
})

describe('a budgeted model that reserves what is expected', () => {
  const historyOf = (output: bigint) => {
    const history = createUsageHistory({ callsMin: 1 })
    history.note('gpt-5.4-mini', { estimatedInput: 10n, input: 10n, output })
    return history
  }

  test('needs less than the bound, extends while it streams, and settles what was used', async () => {
    // The bound of 1,000 tokens costs 0.0045 dollars; the budget has 0.003.
    const { model, settled, ledger } = await start({
      limit: '0.003',
      expected: { history: historyOf(100n) },
      countTokens: countWords,
      answer: () => ({ text: words(300) }),
    })
    await streamText({ model, prompt: 'one' }).consumeStream()
    expect(await settled()).toBe('0.00135075 USD')
    const { items } = await ledger.listEntries({ budget: 'agency' })
    expect(items.some(({ kind }) => kind === 'extend')).toBe(true)
  })

  test('ends the stream when there is no more', async () => {
    const { model, settled } = await start({
      limit: '0.001',
      expected: { history: historyOf(100n) },
      countTokens: countWords,
      answer: () => ({ text: words(900) }),
    })
    const errors: unknown[] = []
    await streamText({
      model,
      prompt: 'one',
      maxRetries: 0,
      onError: ({ error }) => void errors.push(error),
    }).consumeStream()
    expect(errors).toMatchObject([{ code: 'exceeded' }])
    expect(Number.parseFloat(await settled())).toBeLessThan(0.001)
  })

  test('learns from each call, also where the upper bound is reserved', async () => {
    const history = createUsageHistory()
    for (const options of [{ expected: { history } }, { history }, { history, expected: { history } }]) {
      const { model } = await start(options)
      await generateText({ model, prompt: 'one two three' })
    }
    expect(history.summarise('gpt-5.4-mini')).toMatchObject({ calls: 3 })
  })
})

test('twenty parallel calls against a budget for three never overspend it', async () => {
  const { model, ledger, standIn } = await start({ limit: '0.015', answer: () => ({ text: words(1_000) }) })
  const calls = await Promise.allSettled(
    Array.from({ length: 20 }, () => generateText({ model, prompt: 'x', maxRetries: 0 })),
  )
  expect(calls.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
  expect(standIn.calls).toHaveLength(3)
  const { available } = await ledger.getBudget('agency')
  expect(available?.amountNanos).toBeGreaterThanOrEqual(0n)
})
