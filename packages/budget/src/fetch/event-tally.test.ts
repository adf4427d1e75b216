import { expect, test } from 'vitest'
import { createEventTally, isLastEvent, isUsageChunk } from './event-tally.ts'

const eventOf = (data: unknown) => ({ raw: '', data })
const tallyOf = (...values: readonly unknown[]) => {
  const tally = createEventTally()
  for (const data of values) tally.see(eventOf(data))
  return tally
}
const context = { vendor: 'openai', model: 'asked' }

test('of Chat Completions, text, thinking and tools are what came, and usage is the last word', () => {
  const chunk = (delta: object, reason: string | null = null) => ({
    model: 'gpt-5.4',
    choices: [{ index: 0, delta, finish_reason: reason }],
    usage: null,
  })
  const tool = { tool_calls: [{ index: 0, function: { name: 'f', arguments: '{}' } }] }
  const begun = tallyOf(
    chunk({ role: 'assistant', content: '' }),
    chunk({ reasoning_content: 'hm ' }),
    chunk({ content: 'yes ' }),
    chunk(tool),
  )
  expect(begun.readText()).toBe('hm yes f{}')
  expect(begun.finished).toBe(false)
  expect(begun.readUsage(context)).toBeNull()
  const usage = { choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } }
  const ended = tallyOf(chunk({ content: 'yes' }), chunk({}, 'stop'), usage)
  expect(ended.finished).toBe(true)
  expect(ended.readUsage(context)?.usage.quantities).toMatchObject({ input: 3n, output: 2n })
  expect([isUsageChunk(usage), isUsageChunk({ choices: [], usage: null }), isUsageChunk('[DONE]')]).toEqual([
    true,
    false,
    false,
  ])
  expect(isLastEvent(eventOf('[DONE]'))).toBe(true)
})

test('of Messages, input is known from the first event', () => {
  const start = {
    type: 'message_start',
    message: { model: 'claude-haiku-4-5', usage: { input_tokens: 4, output_tokens: 1 } },
  }
  const tally = tallyOf(
    start,
    { type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: 'hm ' } },
    { type: 'content_block_start', content_block: { type: 'tool_use', name: 'f' } },
    { type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{}' } },
  )
  expect(tally.readText()).toBe('hm f{}')
  expect(tally.finished).toBe(false)
  expect(tally.readUsage({ vendor: 'anthropic', model: 'asked' })?.usage).toMatchObject({
    model: 'claude-haiku-4-5',
    quantities: { input: 4n, output: 1n },
  })
  expect(tallyOf(start, { type: 'message_stop' }).finished).toBe(true)
})

test('of Responses, the last event has all', () => {
  const response = { model: 'gpt-5.4', usage: { input_tokens: 3, output_tokens: 2 }, error: null }
  const tally = tallyOf(
    { type: 'response.output_text.delta', delta: 'yes ' },
    { type: 'response.function_call_arguments.delta', delta: '{}' },
    { type: 'response.completed', response },
  )
  expect(tally.readText()).toBe('yes {}')
  expect(tally.finished).toBe(true)
  expect(tally.error).toBeUndefined()
  expect(tally.readUsage(context)?.usage.quantities).toMatchObject({ input: 3n, output: 2n })
})

test.each([
  ['Chat Completions', { error: { message: 'busy' } }],
  ['Messages', { type: 'error', error: { type: 'overloaded_error', message: 'busy' } }],
  ['Responses', { type: 'error', message: 'busy' }],
  ['failed Responses', { type: 'response.failed', response: { error: { message: 'busy' } } }],
])('of %s, an error is heard', (_, data) => {
  const tally = tallyOf(data)
  expect(tally.error).toMatchObject({ message: 'busy' })
  expect(tally.receivedAnything).toBe(false)
})
