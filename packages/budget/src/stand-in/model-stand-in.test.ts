import { createOpenAI } from '@ai-sdk/openai'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { type ModelStandIn, type ModelStandInOptions, startModelStandIn } from './start-model-stand-in.ts'

const running: ModelStandIn[] = []
async function start(options?: ModelStandInOptions) {
  const standIn = await startModelStandIn(options)
  running.push(standIn)
  return { standIn, client: new OpenAI({ baseURL: standIn.url, apiKey: 'any', maxRetries: 0 }) }
}
afterEach(async () => {
  await Promise.all(running.splice(0).map((standIn) => standIn.stop()))
})

const model = 'gpt-5.4-mini'
const messages = [{ role: 'user' as const, content: 'one two three' }]

describe('the openai client, Chat Completions', () => {
  test('gets an answer with usage', async () => {
    const { client, standIn } = await start({ answer: () => ({ text: 'a b', reasoningTokens: 4, cachedTokens: 2 }) })
    const answer = await client.chat.completions.create({ model, messages })
    expect(answer.choices[0]).toMatchObject({ message: { content: 'a b' }, finish_reason: 'stop' })
    expect(answer.usage).toMatchObject({
      prompt_tokens: 3,
      prompt_tokens_details: { cached_tokens: 2 },
      completion_tokens: 6,
      completion_tokens_details: { reasoning_tokens: 4 },
      total_tokens: 9,
    })
    expect(standIn.calls).toMatchObject([{ outcome: 'answered', billed: { inputTokens: 3, outputTokens: 6 } }])
  })

  test('is held to its output bound', async () => {
    const { client } = await start({ answer: () => ({ text: 'a b c d' }) })
    const answer = await client.chat.completions.create({ model, messages, max_completion_tokens: 2 })
    expect(answer.choices[0]).toMatchObject({ message: { content: 'a b ' }, finish_reason: 'length' })
  })

  test('gets usage in a stream only when it asks, in a last chunk without choices', async () => {
    const { client } = await start()
    const read = async (options: { stream_options?: { include_usage: true } }) => {
      const stream = await client.chat.completions.create({ model, messages, stream: true, ...options })
      const chunks = []
      for await (const chunk of stream) chunks.push(chunk)
      return chunks
    }
    const asked = await read({ stream_options: { include_usage: true } })
    expect(asked.map(({ choices }) => choices[0]?.delta.content ?? '').join('')).toBe('You said: one two three')
    expect(asked.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 5 } })
    expect(asked.slice(0, -1).every(({ usage }) => usage === null)).toBe(true)
    expect((await read({})).some(({ usage }) => usage)).toBe(false)
  })

  test('that goes away in the middle is billed for what was generated', async () => {
    const { client, standIn } = await start({ answer: () => ({ text: 'a b c d e' }) })
    standIn.fail({ kind: 'pause_after', tokens: 2 })
    const stream = await client.chat.completions.create({ model, messages, stream: true })
    await standIn.paused()
    stream.controller.abort()
    await expect.poll(() => standIn.calls[0]?.outcome).toBe('aborted')
    expect(standIn.calls[0]?.billed).toMatchObject({ inputTokens: 3, outputTokens: 2 })
  })

  test('gets errors as the protocol words them', async () => {
    const { client, standIn } = await start()
    standIn.fail({ kind: 'status', status: 429, code: 'insufficient_quota' }, { kind: 'reset' })
    await expect(client.chat.completions.create({ model, messages })).rejects.toMatchObject({
      status: 429,
      code: 'insufficient_quota',
    })
    await expect(client.chat.completions.create({ model, messages })).rejects.toThrow('Connection error.')
    standIn.fail({ kind: 'error_after', tokens: 1 })
    const stream = await client.chat.completions.create({ model, messages, stream: true })
    const read = async () => {
      for await (const _ of stream);
    }
    await expect(read()).rejects.toThrow('The stand-in was told to fail.')
    expect(standIn.calls.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed'])
  })
})

describe('the openai client, Responses', () => {
  test('gets an answer with usage, plain and streamed', async () => {
    const { client } = await start({ answer: () => ({ text: 'a b', reasoningTokens: 1, serviceTier: 'flex' }) })
    const plain = await client.responses.create({ model, input: 'one two three' })
    expect(plain).toMatchObject({ output_text: 'a b', service_tier: 'flex' })
    expect(plain.usage).toMatchObject({ input_tokens: 3, output_tokens: 3, total_tokens: 6 })
    const streamed = await client.responses.stream({ model, input: 'one two three' }).finalResponse()
    expect(streamed).toMatchObject({ output_text: 'a b', usage: { output_tokens: 3 } })
  })

  test('is told when its output bound cut the answer', async () => {
    const { client } = await start({ answer: () => ({ text: 'a b c' }) })
    const answer = await client.responses.create({ model, input: 'x', max_output_tokens: 1 })
    expect(answer).toMatchObject({
      status: 'incomplete',
      incomplete_details: { reason: 'max_output_tokens' },
      output_text: 'a ',
    })
  })
})

describe('the AI SDK', () => {
  test.each(['chat', 'responses'] as const)('generates and streams through %s', async (api) => {
    const { standIn } = await start()
    const provider = createOpenAI({ baseURL: standIn.url, apiKey: 'any' })
    const { text, usage } = await generateText({ model: provider[api](model), prompt: 'one two' })
    expect(text).toBe('You said: one two')
    expect(usage).toMatchObject({ inputTokens: 2, outputTokens: 4 })
    const streamed = streamText({ model: provider[api](model), prompt: 'one two' })
    expect(await streamed.text).toBe('You said: one two')
    expect(await streamed.usage).toMatchObject({ inputTokens: 2, outputTokens: 4 })
  })
})

test('a call without a key, or of another path, is refused', async () => {
  const { standIn } = await start()
  expect((await fetch(`${standIn.url}/models`)).status).toBe(401)
  const key = { authorization: 'Bearer any' }
  expect(await (await fetch(`${standIn.url}/models`, { headers: key })).json()).toMatchObject({ data: [{ id: model }] })
  expect((await fetch(`${standIn.url}/embeddings`, { method: 'POST', headers: key })).status).toBe(404)
  expect((await fetch(`${standIn.url}/responses`, { method: 'POST', headers: key, body: '{' })).status).toBe(400)
})
