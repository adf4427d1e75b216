import type { LanguageModelV4CallOptions, LanguageModelV4FilePart, LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { TokenCounter } from '../estimate/count-tokens.ts'
import { estimateFileTokens } from '../estimate/estimate-file-tokens.ts'

/** Tokens of a prompt by meter, from above. */
export interface PromptTokens {
  readonly counts: ReadonlyMap<string, number>
  /** A file that cannot be bounded: the whole context may be used. */
  readonly unbounded: boolean
}

/** What vendors add around each message and each tool. */
const tokensPerMessage = 8
const tokensPerTool = 16

/** Counts messages, tools and the schema of the answer. */
export function countPrompt(
  { prompt, tools = [], responseFormat }: Pick<LanguageModelV4CallOptions, 'prompt' | 'tools' | 'responseFormat'>,
  count: TokenCounter,
): PromptTokens {
  const counts = new Map([['input', tokensPerMessage * (prompt.length + 1)]])
  let unbounded = false
  const add = (meter: string, tokens: number) => counts.set(meter, (counts.get(meter) ?? 0) + tokens)
  for (const text of listTexts(prompt)) add('input', count(text))
  for (const tool of tools) add('input', tokensPerTool + count(JSON.stringify(tool)))
  if (responseFormat?.type === 'json') add('input', tokensPerTool + count(JSON.stringify(responseFormat.schema ?? {})))
  for (const file of listFiles(prompt)) {
    if (file.data.type === 'text') {
      add('input', count(file.data.text))
      continue
    }
    const tokens = estimateFileTokens(file.mediaType, readSize(file.data))
    if (tokens) add(tokens.meter, tokens.tokens)
    else unbounded = true
  }
  return { counts, unbounded }
}

function* listTexts(prompt: LanguageModelV4Prompt): Iterable<string> {
  for (const { content } of prompt) {
    if (typeof content === 'string') {
      yield content
      continue
    }
    for (const part of content) {
      if (part.type === 'text' || part.type === 'reasoning') yield part.text
      else if (part.type === 'tool-call') yield `${part.toolName} ${JSON.stringify(part.input)}`
      else if (part.type === 'tool-result') yield `${part.toolName} ${toResultText(part.output)}`
    }
  }
}

function toResultText(output: object): string {
  // Files of a result are counted as files.
  return JSON.stringify(output, (key, value) => (key === 'data' ? undefined : value))
}

function* listFiles(prompt: LanguageModelV4Prompt): Iterable<Pick<LanguageModelV4FilePart, 'data' | 'mediaType'>> {
  for (const { content } of prompt) {
    if (typeof content === 'string') continue
    for (const part of content) {
      if (part.type === 'file' || part.type === 'reasoning-file') yield part
      if (part.type !== 'tool-result' || part.output.type !== 'content') continue
      for (const inner of part.output.value) if (inner.type === 'file') yield inner
    }
  }
}

function readSize(data: LanguageModelV4FilePart['data']): number | null {
  if (data.type !== 'data') return null
  return typeof data.data === 'string' ? Math.ceil((data.data.length * 3) / 4) : data.data.length
}
