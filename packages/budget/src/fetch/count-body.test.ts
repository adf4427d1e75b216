import { expect, test } from 'vitest'
import { countBody } from './count-body.ts'

/** One token a character. */
const count = (text: string) => text.length
const inputOf = (body: Record<string, unknown>) => countBody(body, count).counts.get('input')

test('counts all that the model reads, and what is added around each message', () => {
  expect(inputOf({ messages: [{ role: 'user', content: 'abc' }] })).toBe(16 + 'roleusercontentabc'.length)
  expect(inputOf({ input: 'abc', instructions: 'de' })).toBe(16 + 5)
  expect(inputOf({ system: [{ type: 'text', text: 'abc' }], messages: [] })).toBe(8 + 'typetexttextabc'.length)
})

test('counts tools and the schema of the answer', () => {
  const tool = { name: 't', input_schema: { type: 'object' } }
  const format = { type: 'json_schema' }
  expect(inputOf({ input: '', tools: [tool], text: format })).toBe(
    16 + 16 + JSON.stringify(tool).length + 16 + JSON.stringify(format).length,
  )
})

test('counts the names and numbers in the input of a tool, but no signature of thinking', () => {
  const use = { type: 'tool_use', input: { days: 12, signature: 'Ada' } }
  expect(inputOf({ messages: [use] })).toBe(16 + 'typetool_useinputdays12signatureAda'.length)
  const thought = { type: 'thinking', thinking: 'hm', signature: 'x'.repeat(900) }
  expect(inputOf({ messages: [thought] })).toBe(16 + 'typethinkingthinkinghm'.length)
})

test('counts pictures by what they may cost, not by their bytes', () => {
  const base64 = 'A'.repeat(90_000)
  const pictures = [
    { type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } },
    { type: 'input_image', image_url: 'https://files.test/a.png' },
    { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
  ]
  expect(inputOf({ input: [pictures] })).toBe(16 + 3 * 5_000)
})

test('counts files by their size', () => {
  const base64 = 'A'.repeat(800)
  const pdf = 5_000 + 600
  expect(inputOf({ input: [{ type: 'document', source: { type: 'base64', data: base64 } }] })).toBe(16 + pdf)
  expect(inputOf({ input: [{ type: 'file', file: { file_data: base64 } }] })).toBe(16 + pdf)
  const audio = { type: 'input_audio', input_audio: { data: base64, format: 'wav' } }
  expect(countBody({ messages: [audio] }, count).counts.get('input_audio')).toBe(10)
  expect(inputOf({ input: [{ type: 'document', source: { type: 'text', data: 'abc' }, title: 'de' }] })).toBe(16 + 5)
})

test.each([
  { type: 'document', source: { type: 'url', url: 'https://files.test/a.pdf' } },
  { type: 'input_file', file_id: 'file_1' },
  { type: 'item_reference', id: 'item_1' },
])('says when $type cannot be bounded, because the vendor loads it', (part) => {
  expect(countBody({ input: [part] }, count).unbounded).toBe(true)
})
