/** What a client asked the stand-in. */
export interface StandInPrompt {
  readonly model: string
  /** All text of all messages. */
  readonly text: string
  /** The last message of the user. */
  readonly lastUserText: string
  /** Results of tools that the messages bring back. */
  readonly toolResults: readonly string[]
  /** Names of the tools that may be called. */
  readonly tools: readonly string[]
}

/** What the stand-in says. One word is one token. */
export interface StandInAnswer {
  readonly text?: string
  readonly toolCalls?: readonly { readonly name: string; readonly input: unknown }[]
  /** Tokens of thinking, part of the output. */
  readonly reasoningTokens?: number
  /** Tokens of the prompt that were in the cache. */
  readonly cachedTokens?: number
  /** Tokens of the prompt that were written to the cache. */
  readonly cacheWriteTokens?: number
  /** How many of these for an hour; only Anthropic's answers say it. */
  readonly cacheWriteHourTokens?: number
  /** The tier that served the call. Default: the one that was asked for. */
  readonly serviceTier?: string
}

/** Repeats the question, so that an app sees its own words come back. */
export function echo({ lastUserText }: StandInPrompt): StandInAnswer {
  return { text: `You said: ${lastUserText || 'nothing'}` }
}

/** A text as its tokens: words with the space after them. */
export function splitTokens(text: string): readonly string[] {
  return text.match(/\S+\s*|^\s+/g) ?? []
}
