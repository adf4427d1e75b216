import Anthropic from '@anthropic-ai/sdk'
import { describe, expect, test } from 'vitest'
import { usd } from '../money.ts'
import { countWords, words } from '../testing/start-paid.test-support.ts'
import { findBudgetError } from './refusal.ts'
import { failureOf, startBudgeted } from './start-budgeted.test-support.ts'

// claude-haiku-4-5: 1 dollar per million input, 0.10 cached, 1.25 and 2 written to the cache, 5 output.
const model = 'claude-haiku-4-5'
const request = { model, max_tokens: 1_000, messages: [{ role: 'user' as const, content: 'one two three four' }] }

describe('the anthropic client with a budget', () => {
  test.each(['plain', 'streamed'] as const)(
    'settles cache and thinking by what the provider said, %s',
    async (form) => {
      const { anthropic, balance, problems } = await startBudgeted({
        answer: () => ({
          text: words(10),
          reasoningTokens: 5,
          cachedTokens: 1,
          cacheWriteTokens: 2,
          cacheWriteHourTokens: 1,
        }),
      })
      const answer =
        form === 'plain'
          ? await anthropic.messages.create(request)
          : await anthropic.messages.stream(request).finalMessage()
      expect(answer.content).toMatchObject([{ text: words(10) }])
      // 1 × 1 + 1 × 0.10 + 1 × 1.25 + 1 × 2 + 15 × 5 dollars per million
      expect(await balance()).toEqual({ settled: '0.00007935 USD', reserved: '0.00 USD' })
      expect(problems).toEqual([])
    },
  )

  test('reads on to the end of an aborted stream, and settles exactly', async () => {
    const { anthropic, standIn, settled } = await startBudgeted({ answer: () => ({ text: words(50) }) })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const stream = anthropic.messages.stream(request)
    const failure = failureOf(stream.finalMessage())
    await standIn.paused()
    stream.abort()
    expect(await failure).toBeInstanceOf(Anthropic.APIUserAbortError)
    standIn.resume()
    expect(await settled()).toBe('0.000254 USD')
    expect(standIn.calls).toMatchObject([{ outcome: 'answered' }])
  })

  test('settles exact input and counted output when an aborted stream is ended at once', async () => {
    const { anthropic, standIn, settled } = await startBudgeted({
      afterAbort: 'count',
      countTokens: countWords,
      answer: () => ({ text: words(50) }),
    })
    standIn.fail({ kind: 'pause_after', tokens: 3 })
    const stream = await anthropic.messages.create({ ...request, stream: true })
    let received = ''
    for await (const event of stream) {
      if (event.type === 'content_block_delta' && event.delta.type === 'text_delta') received += event.delta.text
      if (countWords(received) === 3) break
    }
    // 4 × 1, as the first event said, + 3 × 5 dollars per million
    expect(await settled()).toBe('0.000019 USD')
    await expect.poll(() => standIn.calls[0]?.outcome).toBe('aborted')
  })

  test('reserves each step of a tool loop by itself', async () => {
    const { anthropic, settled, kinds, standIn, ledger } = await startBudgeted({
      answer: ({ toolResults }) =>
        toolResults.length > 0
          ? { text: 'It is warm.' }
          : { toolCalls: [{ name: 'weather', input: { city: 'Paris' } }] },
    })
    const weather = {
      name: 'weather',
      description: 'The weather of a city.',
      input_schema: { type: 'object' as const, properties: { city: { type: 'string' } } },
      run: async () => 'warm',
      parse: (input: unknown) => input,
    }
    const last = await anthropic.beta.messages.toolRunner({ ...request, tools: [weather] }).runUntilDone()
    expect(last.content).toMatchObject([{ text: 'It is warm.' }])
    // 4 and 1 of input, 2 and 3 of output
    expect(await settled()).toBe('0.00003 USD')
    expect(await kinds()).toEqual(['reserve', 'settle', 'reserve', 'settle'])
    // The client lets Anthropic keep the conversation, so that the second call may read a whole context.
    expect(standIn.calls[1]?.body).toMatchObject({ thread: { type: 'continue' } })
    const { items } = await ledger.listEntries({ budget: 'agency' })
    const second = items.find(({ kind }) => kind === 'reserve')
    expect(second?.details).toMatchObject({ quote: { lines: [{ meter: 'input', quantity: '200000' }, {}] } })
  })

  test('writes a bound into a request that has none', async () => {
    const { anthropic, standIn } = await startBudgeted()
    const { max_tokens: _, ...unbounded } = request
    await anthropic.messages.create(unbounded as typeof request)
    await anthropic.messages.create({ ...request, max_tokens: 7 })
    expect(standIn.calls.map(({ body }) => body)).toMatchObject([{ max_tokens: 1_000 }, { max_tokens: 7 }])
  })

  test.each(['plain', 'streamed'] as const)('is refused before it sends, once, and tells why, %s', async (form) => {
    const { anthropic, standIn, balance } = await startBudgeted({ limit: '0.001' })
    const call =
      form === 'plain' ? anthropic.messages.create(request) : anthropic.messages.stream(request).finalMessage()
    const failure = await failureOf(call)
    expect(failure).toBeInstanceOf(Anthropic.PaymentRequiredError)
    expect(failure).toMatchObject({ status: 402, type: 'budget_refused' })
    expect(findBudgetError(failure)).toMatchObject({ code: 'exceeded', budget: 'agency', available: usd('0.001') })
    expect(failure).toHaveProperty('message', `402 ${findBudgetError(failure)?.message}`)
    expect(standIn.calls).toEqual([])
    expect(await balance()).toEqual({ settled: '0.00 USD', reserved: '0.00 USD' })
  })

  test('of twenty parallel calls against a budget for three, three are made', async () => {
    const { anthropic, ledger, standIn } = await startBudgeted({
      limit: '0.016',
      answer: () => ({ text: words(1_000) }),
    })
    const calls = await Promise.all(Array.from({ length: 20 }, () => failureOf(anthropic.messages.create(request))))
    expect(calls.filter((failure) => failure === undefined)).toHaveLength(3)
    expect(calls.filter((failure) => findBudgetError(failure)?.code === 'exceeded')).toHaveLength(17)
    expect(standIn.calls).toHaveLength(3)
    const { available } = await ledger.getBudget('agency')
    expect(available?.amountNanos).toBeGreaterThanOrEqual(0n)
  })

  test('pays only the attempt that was answered, and leaves none reserved', async () => {
    const { anthropic, standIn, balance, kinds } = await startBudgeted({ answer: () => ({ text: words(10) }) })
    standIn.fail({ kind: 'status', status: 529, retryAfterMs: 1 }, { kind: 'status', status: 429, retryAfterMs: 1 })
    await anthropic.messages.create(request)
    expect(standIn.calls.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'answered'])
    expect(await balance()).toEqual({ settled: '0.000054 USD', reserved: '0.00 USD' })
    expect(await kinds()).toEqual(['reserve', 'release', 'reserve', 'release', 'reserve', 'settle'])
  })

  test('counts tokens for nothing, and makes no batch whose cost nobody knows', async () => {
    const sent: string[] = []
    const { anthropic, kinds } = await startBudgeted({
      fetch: async (input) => {
        sent.push(String(input))
        return Response.json({ input_tokens: 4 })
      },
    })
    expect(await anthropic.messages.countTokens(request)).toEqual({ input_tokens: 4 })
    const batch = anthropic.messages.batches.create({ requests: [{ custom_id: '1', params: request }] })
    expect(findBudgetError(await failureOf(batch))).toMatchObject({ code: 'price_unknown' })
    expect(sent).toHaveLength(1)
    expect(await kinds()).toEqual([])
  })
})
