import type { TokenCounter } from './count-tokens.ts'
import { estimateFileTokens } from './estimate-file-tokens.ts'

/** Tokens of a prompt by meter, from above. */
export interface PromptTokens {
  readonly counts: ReadonlyMap<string, number>
  /** A file that cannot be bounded: the whole context may be used. */
  readonly unbounded: boolean
}

/** Adds up what a prompt consists of. */
export interface PromptTally extends PromptTokens {
  addText(text: string): void
  /** What vendors add around so many messages. */
  addMessages(messages: number): void
  /** A tool, or the schema of the answer. */
  addSchema(schema: unknown): void
  /** @param sizeBytes Null: the provider loads it itself. */
  addFile(mediaType: string, sizeBytes: number | null): void
}

const tokensPerMessage = 8
const tokensPerSchema = 16

export function createPromptTally(count: TokenCounter): PromptTally {
  const counts = new Map([['input', 0]])
  let unbounded = false
  const add = (meter: string, tokens: number) => void counts.set(meter, (counts.get(meter) ?? 0) + tokens)
  return {
    counts,
    get unbounded() {
      return unbounded
    },
    addText: (text) => add('input', count(text)),
    addMessages: (messages) => add('input', tokensPerMessage * (messages + 1)),
    addSchema: (schema) => add('input', tokensPerSchema + count(JSON.stringify(schema))),
    addFile(mediaType, sizeBytes) {
      const tokens = estimateFileTokens(mediaType, sizeBytes)
      if (tokens) add(tokens.meter, tokens.tokens)
      else unbounded = true
    },
  }
}
