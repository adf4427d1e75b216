import type { TokenCounter } from '../estimate/count-tokens.ts'
import { createPromptTally, type PromptTally, type PromptTokens } from '../estimate/prompt-tokens.ts'
import { readPath } from '../usage/read-path.ts'
import type { JsonBody } from './json-body.ts'

const textFields = ['system', 'instructions', 'messages', 'input']
const schemaFields = ['response_format', 'text', 'output_config', 'output_format']

/** Counts what a request of any of the APIs sends to the model: messages, tools, the schema of the answer, files. */
export function countBody(body: JsonBody, count: TokenCounter): PromptTokens {
  const tally = createPromptTally(count)
  const turns = body.messages ?? body.input
  tally.addMessages(Array.isArray(turns) ? turns.length : 1)
  for (const field of textFields) addValue(tally, body[field])
  for (const list of [body.tools, body.functions]) {
    if (Array.isArray(list)) for (const tool of list) tally.addSchema(tool)
  }
  for (const field of schemaFields) if (body[field]) tally.addSchema(body[field])
  return tally
}

/** Names count too: the input of a tool consists of them. */
function addValue(tally: PromptTally, value: unknown): void {
  if (typeof value === 'string') tally.addText(value)
  else if (typeof value === 'number' || typeof value === 'boolean') tally.addText(String(value))
  else if (Array.isArray(value)) for (const inner of value) addValue(tally, inner)
  else if (typeof value === 'object' && value !== null && !addFile(tally, value)) {
    for (const [name, inner] of Object.entries(value)) {
      // Proves that thinking is the model's own; it is not read as text.
      if (name === 'signature' && 'thinking' in value) continue
      tally.addText(name)
      addValue(tally, inner)
    }
  }
}

const pictures = new Set(['image_url', 'input_image', 'image', 'computer_screenshot'])

/** False: it is no file. */
function addFile(tally: PromptTally, part: object): boolean {
  const type = readPath(part, 'type')
  if (typeof type !== 'string') return false
  if (pictures.has(type)) tally.addFile('image/png', null)
  else if (type === 'input_audio') {
    tally.addFile('audio/wav', readSize(readPath(part, 'input_audio', 'data') ?? readPath(part, 'data')))
  } else if (type === 'file') tally.addFile(...readData(readPath(part, 'file', 'file_data')))
  else if (type === 'input_file') tally.addFile(...readData(readPath(part, 'file_data')))
  // Kept by the vendor, of any size.
  else if (type === 'item_reference') tally.addFile('application/octet-stream', null)
  else if (type === 'document') addDocument(tally, part)
  else return false
  return true
}

/** Anthropic's documents: https://platform.claude.com/docs/en/build-with-claude/pdf-support */
function addDocument(tally: PromptTally, part: object): void {
  const source = readPath(part, 'source')
  addValue(tally, [readPath(part, 'title'), readPath(part, 'context')])
  const type = readPath(source, 'type')
  if (type === 'text') addValue(tally, readPath(source, 'data'))
  else if (type === 'content') addValue(tally, readPath(source, 'content'))
  else tally.addFile('application/pdf', type === 'base64' ? readSize(readPath(source, 'data')) : null)
}

/** A file's kind and size: OpenAI takes it as a data URL, or bare. */
function readData(value: unknown): [mediaType: string, sizeBytes: number | null] {
  const mediaType = typeof value === 'string' ? value.match(/^data:([^;,]+)/)?.[1] : undefined
  return [mediaType ?? 'application/pdf', readSize(value)]
}

function readSize(base64: unknown): number | null {
  return typeof base64 === 'string' ? Math.ceil((base64.length * 3) / 4) : null
}
