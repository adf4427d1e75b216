import { describe, expect, test } from 'vitest'
import { BudgetError } from '../budget-error.ts'
import { usd } from '../money.ts'
import type { Fetch } from './budgeted-fetch-options.ts'
import { findBudgetError } from './refusal.ts'
import { failureOf, startBudgeted } from './start-budgeted.test-support.ts'

const url = 'https://api.openai.com/v1/responses'
const usage = { input_tokens: 3, output_tokens: 10, total_tokens: 13 }
const answer = { model: 'gpt-5.4-mini', status: 'completed', output: [], usage }

/** Answers all requests, and keeps what was sent. */
function createProvider(body: object = answer) {
  const sent: { readonly headers: Headers; readonly body: string }[] = []
  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    sent.push({ headers: request.headers, body: await request.text() })
    return Response.json(body, { headers: { 'x-request-id': 'req_1' } })
  }
  return { sent, fetch }
}

const post = (body: unknown): RequestInit => ({
  method: 'POST',
  body: JSON.stringify(body),
  headers: { 'content-type': 'application/json' },
})

describe('a fetch with a budget', () => {
  test.each([
    ['text', (text: string): Parameters<Fetch> => [url, { method: 'post', body: text }]],
    [
      'bytes',
      (text: string): Parameters<Fetch> => [new URL(url), { method: 'POST', body: new TextEncoder().encode(text) }],
    ],
    ['a request', (text: string): Parameters<Fetch> => [new Request(url, { method: 'POST', body: text })]],
  ])('takes a body as %s', async (_, toArguments) => {
    const { fetch: provider, sent } = createProvider()
    const { fetch, settled } = await startBudgeted({ fetch: provider })
    const response = await fetch(...toArguments('{"model":"gpt-5.4-mini","input":"one two three"}'))
    expect(await response.json()).toEqual(answer)
    expect(response.headers.get('x-request-id')).toBe('req_1')
    expect(JSON.parse(sent[0]?.body ?? '')).toMatchObject({ input: 'one two three', max_output_tokens: 1_000 })
    // 3 × 0.75 + 10 × 4.50 dollars per million
    expect(await settled()).toBe('0.00004725 USD')
  })

  test('sends what needs no change as it came, with its headers', async () => {
    const { fetch: provider, sent } = createProvider()
    const { fetch } = await startBudgeted({ fetch: provider })
    const text = '{ "model": "gpt-5.4-mini", "input": "x", "max_output_tokens": 5, "seed": 12345678901234567890 }'
    await fetch(url, { method: 'POST', body: text, headers: { authorization: 'Bearer any', 'content-length': '1' } })
    expect(sent[0]?.body).toBe(text)
    expect(sent[0]?.headers.get('authorization')).toBe('Bearer any')
  })

  test('settles in full what is answered later, in the background', async () => {
    const { fetch: provider } = createProvider({ status: 'queued', model: 'gpt-5.4-mini', output: [], usage: null })
    const { fetch, settled, problems } = await startBudgeted({ fetch: provider, countTokens: () => 0, inputFactor: 1 })
    await fetch(url, post({ model: 'gpt-5.4-mini', input: 'x', background: true }))
    // 16 tokens around the message, and 1,000 of output
    expect(await settled()).toBe('0.004512 USD')
    expect(problems).toMatchObject([{ model: 'gpt-5.4-mini' }])
  })

  test('reserves the dearest of the models that may answer', async () => {
    const { fetch: provider } = createProvider()
    const { fetch, ledger } = await startBudgeted({ fetch: provider })
    const asked = { model: 'claude-haiku-4-5', max_tokens: 10, messages: [], fallbacks: [{ model: 'claude-opus-5' }] }
    await fetch('https://api.anthropic.com/v1/messages', post(asked))
    const { items } = await ledger.listEntries({ budget: 'agency' })
    const reserved = items.find(({ kind }) => kind === 'reserve')
    expect(reserved?.details).toMatchObject({ quote: { model: 'claude-opus-5' } })
  })

  test('refuses a body that it cannot read', async () => {
    const { fetch: provider, sent } = createProvider()
    const { fetch } = await startBudgeted({ fetch: provider })
    const response = await fetch(url, { method: 'POST', body: 'x' })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: { type: 'budget_refused', code: 'invalid_input' } })
    expect(sent).toEqual([])
  })

  test('says that a budget can be tried later when the ledger cannot answer, and is not repeated by a client', async () => {
    const { ledger, openai, standIn } = await startBudgeted()
    await ledger.close()
    const failure = await failureOf(openai.responses.create({ model: 'gpt-5.4-mini', input: 'x' }))
    expect(failure).toMatchObject({ status: 503, code: 'stopped' })
    expect(standIn.calls).toEqual([])
  })

  test('passes what its own fetch throws, after it has settled', async () => {
    const broken = async () => {
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: 'ECONNREFUSED' }) })
    }
    const { fetch, balance, kinds } = await startBudgeted({ fetch: broken })
    expect(await failureOf(fetch(url, post({ model: 'gpt-5.4-mini', input: 'x' })))).toBeInstanceOf(TypeError)
    expect(await balance()).toEqual({ settled: '0.00 USD', reserved: '0.00 USD' })
    expect(await kinds()).toEqual(['reserve', 'release'])
  })

  test('passes an abort before the call, and reserves nothing', async () => {
    const { fetch: provider, sent } = createProvider()
    const { fetch, settled } = await startBudgeted({ fetch: provider })
    const signal = AbortSignal.abort(new Error('too late'))
    const failure = await failureOf(fetch(url, { ...post({ model: 'gpt-5.4-mini', input: 'x' }), signal }))
    expect(failure).toMatchObject({ message: 'too late' })
    expect(sent).toEqual([])
    expect(await settled()).toBe('0.00 USD')
  })

  test('lets what has a flat price of nothing pass an exhausted budget', async () => {
    const { fetch: provider, sent } = createProvider({ data: [] })
    const { fetch } = await startBudgeted({ fetch: provider, limit: '0', unknownEndpoint: usd('0') })
    expect((await fetch('https://api.openai.com/v1/embeddings', post({}))).status).toBe(200)
    expect(sent).toHaveLength(1)
  })
})

test('the ledger’s error is found behind what others made of it', () => {
  const error = new BudgetError('exceeded', 'x')
  expect(findBudgetError(error)).toBe(error)
  expect(findBudgetError(new Error('a', { cause: new Error('b', { cause: error }) }))).toBe(error)
  const loop = new Error('loop')
  loop.cause = loop
  for (const other of [loop, new Error('x'), 'text', null, undefined, { headers: null }]) {
    expect(findBudgetError(other)).toBeNull()
  }
})
