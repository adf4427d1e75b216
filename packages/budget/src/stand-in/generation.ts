import type { ParsedRequest } from './parse-request.ts'
import { type StandInAnswer, splitTokens } from './stand-in-answer.ts'

/** Tokens as the stand-in bills them: all input, cached and written included; all output, thinking included. */
export interface StandInUsage {
  readonly inputTokens: number
  readonly cachedTokens: number
  /** Written to the cache; with those for an hour. */
  readonly cacheWriteTokens: number
  readonly cacheWriteHourTokens: number
  readonly outputTokens: number
  readonly reasoningTokens: number
}

/** An answer cut to what the request allows. */
export interface Generation {
  readonly id: number
  readonly model: string
  readonly createdAtSeconds: number
  readonly tokens: readonly string[]
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: string }[]
  /** It was cut. */
  readonly cut: boolean
  readonly usage: StandInUsage
  readonly serviceTier: string
}

export function generate(
  request: ParsedRequest,
  answer: StandInAnswer,
  { id, createdAtSeconds }: { readonly id: number; readonly createdAtSeconds: number },
): Generation {
  const limit = request.outputTokensMax ?? Number.POSITIVE_INFINITY
  const reasoningTokens = Math.min(answer.reasoningTokens ?? 0, limit)
  const all = splitTokens(answer.text ?? '')
  const tokens = all.slice(0, limit - reasoningTokens)
  const calls = (answer.toolCalls ?? []).map((call, index) => ({
    id: `call_${id}_${index}`,
    name: call.name,
    input: JSON.stringify(call.input),
  }))
  const callTokens = calls.reduce((sum, { input }) => sum + splitTokens(input).length + 1, 0)
  const cut = reasoningTokens + all.length + callTokens > limit
  const toolCalls = cut ? [] : calls
  const inputTokens = splitTokens(request.prompt.text).length
  const cachedTokens = Math.min(answer.cachedTokens ?? 0, inputTokens)
  const cacheWriteTokens = Math.min(answer.cacheWriteTokens ?? 0, inputTokens - cachedTokens)
  return {
    id,
    model: request.prompt.model,
    createdAtSeconds,
    tokens,
    toolCalls,
    cut,
    usage: {
      inputTokens,
      cachedTokens,
      cacheWriteTokens,
      cacheWriteHourTokens: Math.min(answer.cacheWriteHourTokens ?? 0, cacheWriteTokens),
      outputTokens: reasoningTokens + tokens.length + (cut ? 0 : callTokens),
      reasoningTokens,
    },
    serviceTier: answer.serviceTier ?? (request.serviceTier === 'auto' ? 'default' : request.serviceTier),
  }
}
