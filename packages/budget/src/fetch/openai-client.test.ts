import OpenAI from 'openai'
import { describe, expect, test } from 'vitest'
import { createUsageHistory } from '../estimate/usage-history.ts'
import { usd } from '../money.ts'
import { countWords, words } from '../testing/start-paid.test-support.ts'
import { findBudgetError } from './refusal.ts'
import { failureOf, startBudgeted } from './start-budgeted.test-support.ts'

// gpt-5.4-mini: 0.75 dollars per million input, 0.075 cached, 4.50 output.
const model = 'gpt-5.4-mini'
const messages = [{ role: 'user' as const, content: 'one two three' }]
const one = [{ role: 'user' as const, content: 'one' }]

describe('the openai client with a budget, generating', () => {
  test('settles Chat Completions by what the provider said, to the last nano', async () => {
    const { openai, balance, problems } = await startBudgeted({
      answer: () => ({ text: words(10), reasoningTokens: 5, cachedTokens: 2 }),
    })
    const answer = await openai.chat.completions.create({ model, messages })
    expect(answer.choices[0]?.message.content).toBe(words(10))
    // 1 × 0.75 + 2 × 0.075 + 15 × 4.50 dollars per million
    expect(await balance()).toEqual({ settled: '0.0000684 USD', reserved: '0.00 USD' })
    expect(problems).toEqual([])
  })

  test('settles Responses in the same way', async () => {
    const { openai, balance } = await startBudgeted({
      answer: () => ({ text: words(10), reasoningTokens: 5, cachedTokens: 2 }),
    })
    const answer = await openai.responses.create({ model, input: 'one two three' })
    expect(answer.output_text).toBe(words(10))
    expect(await balance()).toEqual({ settled: '0.0000684 USD', reserved: '0.00 USD' })
  })

  test('writes the bound of the output into a request that states none', async () => {
    const { openai, standIn } = await startBudgeted()
    await openai.chat.completions.create({ model, messages })
    await openai.chat.completions.create({ model, messages, max_completion_tokens: 7 })
    await openai.chat.completions.create({ model, messages, max_tokens: 8 })
    await openai.responses.create({ model, input: 'x' })
    const [unbounded, bounded, older, response] = standIn.calls.map(({ body }) => body)
    expect(unbounded).toMatchObject({ max_completion_tokens: 1_000 })
    expect(bounded).toMatchObject({ max_completion_tokens: 7 })
    expect(older).not.toHaveProperty('max_completion_tokens')
    expect(response).toMatchObject({ max_output_tokens: 1_000 })
  })

  test('reserves each step of a tool loop by itself', async () => {
    const { openai, settled, kinds, standIn } = await startBudgeted({
      answer: ({ toolResults }) =>
        toolResults.length > 0
          ? { text: 'It is warm.' }
          : { toolCalls: [{ name: 'weather', input: { city: 'Paris' } }] },
    })
    const weather = {
      type: 'function' as const,
      function: {
        name: 'weather',
        description: 'The weather of a city.',
        parameters: { type: 'object', properties: { city: { type: 'string' } } },
        parse: JSON.parse,
        function: async () => 'warm',
      },
    }
    const loop = openai.chat.completions.runTools({ model, messages, tools: [weather] })
    expect(await loop.finalContent()).toBe('It is warm.')
    // 3 and 4 of input; 2 of the call and 3 of the answer.
    expect(await settled()).toBe('0.00002775 USD')
    expect(await kinds()).toEqual(['reserve', 'settle', 'reserve', 'settle'])
    expect(standIn.calls).toHaveLength(2)
  })

  test('counts when the provider says nothing of usage', async () => {
    const { openai, standIn, settled, ledger } = await startBudgeted({ countTokens: countWords })
    standIn.fail({ kind: 'no_usage' })
    await openai.chat.completions.create({ model, messages: one })
    expect(Number.parseFloat(await settled())).toBeGreaterThan(0)
    const { items } = await ledger.listEntries({ budget: 'agency' })
    expect(items.find(({ kind }) => kind === 'settle')?.details).toMatchObject({
      quote: { usage: { source: 'counted' } },
    })
  })

  test('lets an aborting caller go at once, and settles what the provider finishes behind it', async () => {
    const { openai, standIn, settled } = await startBudgeted({ answer: () => ({ text: words(10) }) })
    standIn.fail({ kind: 'pause_after', tokens: 0 })
    const caller = new AbortController()
    const call = openai.chat.completions.create({ model, messages: one }, { signal: caller.signal })
    const failure = failureOf(call)
    await standIn.paused()
    caller.abort()
    expect(await failure).toBeInstanceOf(OpenAI.APIUserAbortError)
    standIn.resume()
    // 1 × 0.75 + 10 × 4.50 dollars per million
    expect(await settled()).toBe('0.00004575 USD')
    expect(standIn.calls).toHaveLength(1)
  })
})

describe('the openai client with a budget, streaming', () => {
  test('has settled when its reader sees the end, and gets no chunk that it did not ask for', async () => {
    const { openai, balance, standIn } = await startBudgeted({
      answer: () => ({ text: words(10), cachedTokens: 1, serviceTier: 'flex' }),
    })
    const stream = await openai.chat.completions.create({
      model,
      messages: [{ role: 'user', content: 'one two' }],
      stream: true,
    })
    const chunks: OpenAI.ChatCompletionChunk[] = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe(words(10))
    expect(chunks.filter(({ choices }) => choices.length === 0)).toEqual([])
    expect(standIn.calls[0]?.body).toMatchObject({ stream_options: { include_usage: true } })
    // flex: 1 × 0.375 + 1 × 0.0375 + 10 × 2.25 dollars per million are 22,912.5 nanos
    expect(await balance()).toEqual({ settled: '0.000022913 USD', reserved: '0.00 USD' })
  })

  test('keeps the chunk of usage where the request asks for it', async () => {
    const { openai } = await startBudgeted()
    const stream = await openai.chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 3 } })
  })

  test('settles a stream of Responses by its last event', async () => {
    const { openai, balance } = await startBudgeted({ answer: () => ({ text: words(10) }) })
    const response = await openai.responses.stream({ model, input: 'one' }).finalResponse()
    expect(response.output_text).toBe(words(10))
    expect(await balance()).toEqual({ settled: '0.00004575 USD', reserved: '0.00 USD' })
  })

  test.each(['abort', 'break'] as const)('reads on to the end after an %s, and settles exactly', async (how) => {
    const { openai, standIn, settled } = await startBudgeted({ answer: () => ({ text: words(50) }) })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const caller = new AbortController()
    const stream = await openai.chat.completions.create(
      { model, messages: one, stream: true },
      { signal: caller.signal },
    )
    let received = ''
    for await (const chunk of stream) {
      received += chunk.choices[0]?.delta.content ?? ''
      if (countWords(received) < 3) continue
      if (how === 'break') break
      caller.abort()
    }
    expect(standIn.calls[0]?.outcome).toBe('open')
    standIn.resume()
    expect(await settled()).toBe('0.00022575 USD')
    expect(standIn.calls).toMatchObject([{ outcome: 'answered', billed: { outputTokens: 50 } }])
  })

  test('counts an aborted stream whose provider does not come to an end', async () => {
    const timers: (() => void)[] = []
    const host = {
      now: () => Date.parse('2026-11-26T12:00:00Z'),
      after: (ms: number, run: () => void) => {
        if (ms === 30_000) timers.push(run)
        return () => {}
      },
    }
    const { openai, standIn, settled } = await startBudgeted({
      host,
      countTokens: countWords,
      answer: () => ({ text: words(50) }),
    })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const stream = await openai.chat.completions.create({ model, messages: one, stream: true })
    let received = ''
    for await (const chunk of stream) {
      received += chunk.choices[0]?.delta.content ?? ''
      if (countWords(received) === 3) break
    }
    expect(timers).toHaveLength(1)
    timers[0]?.()
    // 20 counted of input (16 around the message, its two names, its role, one word), 3 received of output
    expect(await settled()).toBe('0.0000285 USD')
    await expect.poll(() => standIn.calls[0]?.outcome).toBe('aborted')
  })

  test('counts what came before the stream broke', async () => {
    const { openai, standIn, settled } = await startBudgeted({
      countTokens: countWords,
      answer: () => ({ text: words(50) }),
    })
    standIn.fail({ kind: 'reset_after', tokens: 3 }, { kind: 'error_after', tokens: 3 })
    for (const settledSoFar of ['0.0000285 USD', '0.000057 USD']) {
      const stream = await openai.chat.completions.create({ model, messages: one, stream: true })
      const read = async () => {
        for await (const _ of stream);
      }
      expect(await failureOf(read())).toBeInstanceOf(Error)
      expect(await settled()).toBe(settledSoFar)
    }
  })

  test('costs nothing when the stream is refused before its first word', async () => {
    const { openai, standIn, settled, kinds } = await startBudgeted()
    standIn.fail({ kind: 'error_after', tokens: 0 })
    const stream = await openai.chat.completions.create({ model, messages: one, stream: true })
    const read = async () => {
      for await (const _ of stream);
    }
    expect(await failureOf(read())).toBeInstanceOf(OpenAI.APIError)
    expect(await settled()).toBe('0.00 USD')
    expect(await kinds()).toEqual(['reserve', 'release'])
  })

  test('is ended with the refusal when what was expected does not suffice', async () => {
    const history = createUsageHistory({ callsMin: 1 })
    history.note(model, { estimatedInput: 10n, input: 10n, output: 100n })
    const { openai, settled } = await startBudgeted({
      limit: '0.001',
      expected: { history },
      countTokens: countWords,
      answer: () => ({ text: words(900) }),
    })
    const stream = await openai.chat.completions.create({ model, messages: one, stream: true })
    const read = async () => {
      for await (const _ of stream);
    }
    expect(findBudgetError(await failureOf(read()))).toMatchObject({ code: 'exceeded' })
    expect(Number.parseFloat(await settled())).toBeLessThan(0.001)
  })
})

describe('the openai client with a budget, refused', () => {
  test.each(['plain', 'streamed'] as const)('is not sent, not repeated, and tells why, %s', async (form) => {
    const { openai, standIn, balance, kinds } = await startBudgeted({ limit: '0.0001' })
    const failure = await failureOf(openai.chat.completions.create({ model, messages, stream: form === 'streamed' }))
    expect(failure).toBeInstanceOf(OpenAI.APIError)
    expect(failure).toMatchObject({ status: 402, code: 'exceeded', type: 'budget_refused' })
    const refusal = findBudgetError(failure)
    expect(refusal).toMatchObject({ code: 'exceeded', budget: 'agency', available: usd('0.0001') })
    expect(failure).toHaveProperty('message', `402 ${refusal?.message}`)
    expect(standIn.calls).toEqual([])
    expect(await balance()).toEqual({ settled: '0.00 USD', reserved: '0.00 USD' })
    expect(await kinds()).toEqual([])
  })

  test('of twenty parallel calls against a budget for three, three are made', async () => {
    const { openai, ledger, standIn } = await startBudgeted({
      limit: '0.015',
      answer: () => ({ text: words(1_000) }),
    })
    const calls = await Promise.all(
      Array.from({ length: 20 }, () => failureOf(openai.chat.completions.create({ model, messages: one }))),
    )
    expect(calls.filter((failure) => failure === undefined)).toHaveLength(3)
    expect(calls.filter((failure) => findBudgetError(failure)?.code === 'exceeded')).toHaveLength(17)
    expect(standIn.calls).toHaveLength(3)
    const { available, reserved } = await ledger.getBudget('agency')
    expect(available?.amountNanos).toBeGreaterThanOrEqual(0n)
    expect(reserved.amountNanos).toBe(0n)
  })

  test('when its model has no price, unless there is a flat one', async () => {
    const { openai, standIn } = await startBudgeted()
    const failure = await failureOf(openai.chat.completions.create({ model: 'gpt-99', messages }))
    expect(failure).toMatchObject({ status: 400 })
    expect(findBudgetError(failure)).toMatchObject({ code: 'price_unknown' })
    expect(standIn.calls).toEqual([])
    const flat = await startBudgeted({ unknownModel: usd('0.02') })
    await flat.openai.chat.completions.create({ model: 'gpt-99', messages })
    expect(await flat.settled()).toBe('0.02 USD')
  })

  test('when nobody knows what the endpoint costs, unless it has a flat price', async () => {
    const { openai, standIn, problems } = await startBudgeted()
    const failure = await failureOf(openai.images.generate({ prompt: 'a bay' }))
    expect(findBudgetError(failure)).toMatchObject({ code: 'price_unknown' })
    expect(findBudgetError(failure)?.message).toContain('POST /v1/images/generations')
    expect(standIn.calls).toEqual([])
    expect(problems).toEqual([])
    const flat = await startBudgeted({ unknownEndpoint: usd('0.02'), fetch: async () => Response.json({ data: [] }) })
    await flat.openai.images.generate({ prompt: 'a bay' })
    expect(await flat.settled()).toBe('0.02 USD')
  })

  test('but not for what is free', async () => {
    const { openai, balance, kinds } = await startBudgeted({ limit: '0' })
    const { data } = await openai.models.list()
    expect(data).toHaveLength(1)
    expect(await balance()).toEqual({ settled: '0.00 USD', reserved: '0.00 USD' })
    expect(await kinds()).toEqual([])
  })
})

describe('the openai client with a budget, repeating', () => {
  test('pays only the attempt that was answered, and leaves none reserved', async () => {
    const { openai, standIn, balance, kinds } = await startBudgeted({ answer: () => ({ text: words(10) }) })
    standIn.fail({ kind: 'status', status: 429, retryAfterMs: 1 }, { kind: 'status', status: 503, retryAfterMs: 1 })
    await openai.chat.completions.create({ model, messages: one })
    expect(standIn.calls.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'answered'])
    expect(await balance()).toEqual({ settled: '0.00004575 USD', reserved: '0.00 USD' })
    expect(await kinds()).toEqual(['reserve', 'release', 'reserve', 'release', 'reserve', 'settle'])
  })

  test('pays an attempt in full that a proxy gave up on, because the model may have worked', async () => {
    const { openai, standIn, settled, kinds } = await startBudgeted({ countTokens: () => 0, inputFactor: 1 })
    standIn.fail({ kind: 'status', status: 504, retryAfterMs: 1 })
    await openai.chat.completions.create({ model, messages: one })
    expect(await kinds()).toEqual(['reserve', 'settle', 'reserve', 'settle'])
    // 16 tokens around the message and 1,000 of output, then 1 and 3 as said
    expect(await settled()).toBe('0.00452625 USD')
  })

  test('keeps the provider’s error when all attempts fail', async () => {
    const { openai, standIn, settled } = await startBudgeted()
    standIn.fail({ kind: 'status', status: 429, code: 'insufficient_quota' })
    const failure = await failureOf(openai.chat.completions.create({ model, messages }, { maxRetries: 0 }))
    expect(failure).toMatchObject({ status: 429, code: 'insufficient_quota' })
    expect(findBudgetError(failure)).toBeNull()
    expect(await settled()).toBe('0.00 USD')
  })
})
