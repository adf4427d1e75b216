import type { Generation, StandInUsage } from './generation.ts'
import type { Refusal, StreamEvent, WireFormat } from './wire-format.ts'

/** Anthropic's Messages: https://platform.claude.com/docs/en/api/messages */
export const messages: WireFormat = {
  path: '/v1/messages',
  answer: (generation, usage) => ({
    ...head(generation),
    content: [
      ...(hasText(generation) ? [{ type: 'text', text: generation.tokens.join('') }] : []),
      ...listTools(generation),
    ],
    stop_reason: toStopReason(generation),
    ...(usage ? { usage: toUsage(usage, generation) } : {}),
  }),
  begin: (generation, usage) => {
    // Input is known at once; the first count of output is a single token.
    const first = usage && { ...toUsage(usage, generation), output_tokens: 1 }
    const message = { ...head(generation), content: [], stop_reason: null, ...(first ? { usage: first } : {}) }
    return [
      event('message_start', { message }),
      ...(hasText(generation)
        ? [event('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })]
        : []),
      event('ping', {}),
    ]
  },
  token: (_, token) => [event('content_block_delta', { index: 0, delta: { type: 'text_delta', text: token } })],
  end: (generation, usage) => {
    const before = hasText(generation) ? 1 : 0
    return [
      ...(before > 0 ? [event('content_block_stop', { index: 0 })] : []),
      ...listTools(generation).flatMap((tool, index) => toToolEvents(tool, before + index)),
      event('message_delta', {
        delta: { stop_reason: toStopReason(generation), stop_sequence: null },
        ...(usage ? { usage: { output_tokens: usage.outputTokens } } : {}),
      }),
      event('message_stop', {}),
    ]
  },
  error: (message) => [event('error', { error: { type: 'overloaded_error', message } })],
  refuse: toRefusal,
}

const errorTypes: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  429: 'rate_limit_error',
  529: 'overloaded_error',
}

/** https://platform.claude.com/docs/en/api/errors */
function toRefusal({ status, message }: Refusal): unknown {
  const type = errorTypes[status] ?? (status >= 500 ? 'api_error' : 'invalid_request_error')
  return { type: 'error', error: { type, message }, request_id: null }
}

function event(type: string, fields: object): StreamEvent {
  return { event: type, data: { type, ...fields } }
}

function head({ id, model }: Generation) {
  return { id: `msg_${id}`, type: 'message', role: 'assistant', model, stop_sequence: null }
}

/** An answer of tools alone has no block of text. */
function hasText({ tokens, toolCalls }: Generation): boolean {
  return tokens.length > 0 || toolCalls.length === 0
}

function listTools({ toolCalls }: Generation) {
  return toolCalls.map(({ id, name, input }) => ({
    type: 'tool_use',
    id: `toolu_${id}`,
    name,
    input: JSON.parse(input) as unknown,
  }))
}

function toToolEvents(tool: ReturnType<typeof listTools>[number], index: number): readonly StreamEvent[] {
  const delta = { type: 'input_json_delta', partial_json: JSON.stringify(tool.input) }
  return [
    event('content_block_start', { index, content_block: { ...tool, input: {} } }),
    event('content_block_delta', { index, delta }),
    event('content_block_stop', { index }),
  ]
}

function toStopReason({ cut, toolCalls }: Generation): string {
  if (cut) return 'max_tokens'
  return toolCalls.length > 0 ? 'tool_use' : 'end_turn'
}

/** The plain input has neither what was read from the cache nor what was written to it. */
function toUsage(usage: StandInUsage, { serviceTier }: Generation) {
  const { inputTokens, cachedTokens, cacheWriteTokens, cacheWriteHourTokens, outputTokens, reasoningTokens } = usage
  return {
    input_tokens: inputTokens - cachedTokens - cacheWriteTokens,
    cache_read_input_tokens: cachedTokens,
    cache_creation_input_tokens: cacheWriteTokens,
    cache_creation: {
      ephemeral_5m_input_tokens: cacheWriteTokens - cacheWriteHourTokens,
      ephemeral_1h_input_tokens: cacheWriteHourTokens,
    },
    output_tokens: outputTokens,
    output_tokens_details: { thinking_tokens: reasoningTokens },
    server_tool_use: null,
    service_tier: serviceTier === 'default' || serviceTier === 'standard_only' ? 'standard' : serviceTier,
  }
}
