import type { LanguageModelV4CallOptions, LanguageModelV4FilePart, LanguageModelV4Prompt } from '@ai-sdk/provider'
import type { TokenCounter } from '../estimate/count-tokens.ts'
import { createPromptTally, type PromptTokens } from '../estimate/prompt-tokens.ts'

/** Counts messages, tools and the schema of the answer. */
export function countPrompt(
  { prompt, tools = [], responseFormat }: Pick<LanguageModelV4CallOptions, 'prompt' | 'tools' | 'responseFormat'>,
  count: TokenCounter,
): PromptTokens {
  const tally = createPromptTally(count)
  tally.addMessages(prompt.length)
  for (const text of listTexts(prompt)) tally.addText(text)
  for (const tool of tools) tally.addSchema(tool)
  if (responseFormat?.type === 'json') tally.addSchema(responseFormat.schema ?? {})
  for (const { data, mediaType } of listFiles(prompt)) {
    if (data.type === 'text') tally.addText(data.text)
    else tally.addFile(mediaType, readSize(data))
  }
  return tally
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
