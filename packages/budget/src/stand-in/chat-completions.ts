import type { Generation, StandInUsage } from './generation.ts'
import { toOpenAIRefusal } from './openai-refusal.ts'
import type { WireFormat } from './wire-format.ts'

/** Chat Completions: https://developers.openai.com/api/reference/resources/chat */
export const chatCompletions: WireFormat = {
  path: '/v1/chat/completions',
  answer: (generation, usage) => ({
    ...head(generation, 'chat.completion'),
    choices: [
      {
        index: 0,
        message: {
          role: 'assistant',
          content: generation.toolCalls.length > 0 ? null : generation.tokens.join(''),
          ...(generation.toolCalls.length > 0 ? { tool_calls: generation.toolCalls.map(toToolCall) } : {}),
          refusal: null,
        },
        logprobs: null,
        finish_reason: toFinishReason(generation),
      },
    ],
    ...(usage ? { usage: toUsage(usage) } : {}),
  }),
  begin: (generation) => [chunk(generation, { role: 'assistant', content: '' })],
  token: (generation, token) => [chunk(generation, { content: token })],
  end: (generation, usage, request) => [
    ...generation.toolCalls.map((call, index) => chunk(generation, { tool_calls: [{ index, ...toToolCall(call) }] })),
    chunk(generation, {}, toFinishReason(generation)),
    ...(usage && request.includeUsage
      ? [{ data: { ...head(generation, 'chat.completion.chunk'), choices: [], usage: toUsage(usage) } }]
      : []),
    { data: '[DONE]' },
  ],
  error: (message) => [{ data: { error: { message, type: 'server_error', param: null, code: null } } }],
  refuse: toOpenAIRefusal,
}

function head({ id, model, createdAtSeconds, serviceTier }: Generation, object: string) {
  return {
    id: `chatcmpl-${id}`,
    object,
    created: createdAtSeconds,
    model,
    service_tier: serviceTier,
    system_fingerprint: null,
  }
}

function chunk(generation: Generation, delta: object, finishReason: string | null = null) {
  const choices = [{ index: 0, delta, logprobs: null, finish_reason: finishReason }]
  return { data: { ...head(generation, 'chat.completion.chunk'), choices, usage: null } }
}

function toToolCall({ id, name, input }: Generation['toolCalls'][number]) {
  return { id, type: 'function', function: { name, arguments: input } }
}

function toFinishReason({ cut, toolCalls }: Generation): string {
  if (cut) return 'length'
  return toolCalls.length > 0 ? 'tool_calls' : 'stop'
}

function toUsage({ inputTokens, cachedTokens, cacheWriteTokens, outputTokens, reasoningTokens }: StandInUsage) {
  return {
    prompt_tokens: inputTokens,
    completion_tokens: outputTokens,
    total_tokens: inputTokens + outputTokens,
    prompt_tokens_details: { cached_tokens: cachedTokens, cache_write_tokens: cacheWriteTokens, audio_tokens: 0 },
    completion_tokens_details: {
      reasoning_tokens: reasoningTokens,
      audio_tokens: 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
  }
}
