import type { LanguageModelV4Prompt } from '@ai-sdk/provider'
import { expect, test } from 'vitest'
import { countPrompt } from './count-prompt.ts'

/** One token a character. */
const count = (text: string) => text.length
const textPrompt: LanguageModelV4Prompt = [
  { role: 'system', content: 'abc' },
  { role: 'user', content: [{ type: 'text', text: 'de' }] },
]
const fileOf = (mediaType: string, data: Uint8Array | URL): LanguageModelV4Prompt => [
  {
    role: 'user',
    content: [
      { type: 'file', mediaType, data: data instanceof URL ? { type: 'url', url: data } : { type: 'data', data } },
    ],
  },
]

test('counts all text, and what is added around each message', () => {
  const { counts, unbounded } = countPrompt({ prompt: textPrompt }, count)
  expect(counts).toEqual(new Map([['input', 24 + 5]]))
  expect(unbounded).toBe(false)
})

test('counts tools, the schema of the answer, and calls with their results', () => {
  const tools = [{ type: 'function' as const, name: 't', inputSchema: {} }]
  const plain = countPrompt({ prompt: [], tools, responseFormat: { type: 'json', schema: {} } }, count)
  expect(plain.counts.get('input')).toBe(8 + 16 + JSON.stringify(tools[0]).length + 16 + 2)
  const prompt: LanguageModelV4Prompt = [
    { role: 'assistant', content: [{ type: 'tool-call', toolCallId: '1', toolName: 't', input: { a: 1 } }] },
    {
      role: 'tool',
      content: [{ type: 'tool-result', toolCallId: '1', toolName: 't', output: { type: 'text', value: 'warm' } }],
    },
  ]
  expect(countPrompt({ prompt }, count).counts.get('input')).toBe(
    24 + 't {"a":1}'.length + 't {"type":"text","value":"warm"}'.length,
  )
})

test('counts files by their kind and size', () => {
  expect(countPrompt({ prompt: fileOf('image/png', new Uint8Array(9)) }, count).counts).toEqual(
    new Map([['input', 16 + 5_000]]),
  )
  const audio = countPrompt({ prompt: fileOf('audio/wav', new Uint8Array(600)) }, count)
  expect(audio.counts.get('input_audio')).toBe(10)
})

test('says when a file cannot be bounded, because the provider loads it', () => {
  const pdf = new URL('https://files.test/a.pdf')
  expect(countPrompt({ prompt: fileOf('application/pdf', pdf) }, count).unbounded).toBe(true)
  expect(countPrompt({ prompt: fileOf('image/png', pdf) }, count).unbounded).toBe(false)
})
