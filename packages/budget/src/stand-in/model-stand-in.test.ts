import { createOpenAI } from '@ai-sdk/openai'
import Anthropic from '@anthropic-ai/sdk'
import { generateText, streamText } from 'ai'
import OpenAI from 'openai'
import { afterEach, describe, expect, test } from 'vitest'
import { type ModelStandIn, type ModelStandInOptions, startModelStandIn } from './start-model-stand-in.ts'

const running: ModelStandIn[] = []
async function start(answers?: ModelStandInOptions) {
  const standIn = await startModelStandIn(answers)
  running.push(standIn)
  const options = { apiKey: 'any', maxRetries: 0 }
  const anthropic = new Anthropic({ baseURL: standIn.origin, ...options })
  return { standIn, client: new OpenAI({ baseURL: standIn.url, ...options }), anthropic }
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

describe('the anthropic client', () => {
  const request = { model: 'claude-haiku-4-5', max_tokens: 100, messages }

  test('gets an answer whose usage counts the cache apart, plain and streamed', async () => {
    const { anthropic, standIn } = await start({
      answer: () => ({
        text: 'a b',
        reasoningTokens: 4,
        cachedTokens: 1,
        cacheWriteTokens: 1,
        cacheWriteHourTokens: 1,
      }),
    })
    const usage = {
      input_tokens: 1,
      cache_read_input_tokens: 1,
      cache_creation_input_tokens: 1,
      cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 1 },
      output_tokens: 6,
      service_tier: 'standard',
    }
    const plain = await anthropic.messages.create(request)
    expect(plain).toMatchObject({ content: [{ type: 'text', text: 'a b' }], stop_reason: 'end_turn', usage })
    const streamed = await anthropic.messages.stream(request).finalMessage()
    expect(streamed).toMatchObject({ content: [{ type: 'text', text: 'a b' }], stop_reason: 'end_turn', usage })
    expect(standIn.calls).toMatchObject([{ billed: { inputTokens: 3, outputTokens: 6 } }, { outcome: 'answered' }])
  })

  test('is told of its input at once and of its output at the end', async () => {
    const { anthropic } = await start({ answer: () => ({ text: 'a b c' }) })
    const events = []
    for await (const event of await anthropic.messages.create({ ...request, max_tokens: 2, stream: true }))
      events.push(event)
    expect(events[0]).toMatchObject({
      type: 'message_start',
      message: { usage: { input_tokens: 3, output_tokens: 1 } },
    })
    expect(events.at(-2)).toMatchObject({
      type: 'message_delta',
      delta: { stop_reason: 'max_tokens' },
      usage: { output_tokens: 2 },
    })
    expect(events.at(-1)).toEqual({ type: 'message_stop' })
  })

  test.each(['plain', 'streamed'] as const)('calls tools and brings their results back, %s', async (form) => {
    const { anthropic } = await start({
      answer: ({ toolResults, tools }) =>
        toolResults.length > 0
          ? { text: `It is ${toolResults[0]}.` }
          : { toolCalls: tools.map((name) => ({ name, input: { city: 'Paris' } })) },
    })
    const tools = [{ name: 'weather', input_schema: { type: 'object' as const } }]
    const ask = (more: Anthropic.MessageParam[]) => {
      const asked = { ...request, tools, messages: [...messages, ...more] }
      return form === 'plain' ? anthropic.messages.create(asked) : anthropic.messages.stream(asked).finalMessage()
    }
    const first = await ask([])
    expect(first).toMatchObject({ stop_reason: 'tool_use', content: [{ name: 'weather', input: { city: 'Paris' } }] })
    const [use] = first.content
    const result = {
      type: 'tool_result' as const,
      tool_use_id: use?.type === 'tool_use' ? use.id : '',
      content: 'warm',
    }
    const second = await ask([
      { role: 'assistant', content: first.content },
      { role: 'user', content: [result] },
    ])
    expect(second.content).toMatchObject([{ text: 'It is warm.' }])
  })

  test('gets errors as the protocol words them', async () => {
    const { anthropic, standIn } = await start()
    standIn.fail({ kind: 'status', status: 529 }, { kind: 'status', status: 429 }, { kind: 'error_after', tokens: 1 })
    await expect(anthropic.messages.create(request)).rejects.toMatchObject({ status: 529, type: 'overloaded_error' })
    await expect(anthropic.messages.create(request)).rejects.toMatchObject({ status: 429, type: 'rate_limit_error' })
    await expect(anthropic.messages.stream(request).finalMessage()).rejects.toMatchObject({ type: 'overloaded_error' })
    expect(standIn.calls.map(({ outcome }) => outcome)).toEqual(['failed', 'failed', 'failed'])
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
