import { expect, test } from 'vitest'
import { createEventJoiner, createEventSplitter, type ServerSentEvent } from './split-events.ts'

const stream = (...chunks: readonly Uint8Array[]) => ReadableStream.from(chunks).pipeThrough(createEventSplitter())
const bytes = new TextEncoder()
const text = 'event: a\ndata: {"text":"é"}\n\n:\n\ndata: {"x":\r\ndata: 1}\r\n\r\ndata: [DONE]\n\ndata: "end"'

test.each([1, 2, 3, 7, 1_000])('finds the same events in pieces of %i bytes', async (size) => {
  const whole = bytes.encode(text)
  const chunks = Array.from({ length: Math.ceil(whole.length / size) }, (_, at) =>
    whole.slice(at * size, (at + 1) * size),
  )
  const events: ServerSentEvent[] = []
  for await (const event of stream(...chunks)) events.push(event)
  expect(events.map(({ data }) => data)).toEqual([{ text: 'é' }, '', { x: 1 }, '[DONE]', 'end'])
  expect(events.map(({ raw }) => raw).join('')).toBe(text)
})

test('joins them as they came', async () => {
  const joined = stream(bytes.encode(text)).pipeThrough(createEventJoiner())
  expect(await new Response(joined).text()).toBe(text)
})
