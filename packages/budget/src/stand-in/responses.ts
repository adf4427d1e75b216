import type { Generation, StandInUsage } from './generation.ts'
import { toOpenAIRefusal } from './openai-refusal.ts'
import type { StreamEvent, WireFormat } from './wire-format.ts'

/** Responses: https://developers.openai.com/api/reference/resources/responses */
export const responses: WireFormat = {
  path: '/v1/responses',
  answer: (generation, usage) => toResponse(generation, usage, generation.cut ? 'incomplete' : 'completed'),
  begin: (generation) => {
    const response = { ...toResponse(generation, null, 'in_progress'), output: [] }
    const opened = { ...toMessage(generation), content: [], status: 'in_progress' }
    return [
      event('response.created', { response }),
      event('response.in_progress', { response }),
      ...(generation.toolCalls.length > 0
        ? []
        : [
            event('response.output_item.added', { output_index: 0, item: opened }),
            event('response.content_part.added', { ...part(generation), part: toText('') }),
          ]),
    ]
  },
  token: (generation, token) => [
    event('response.output_text.delta', { ...part(generation), delta: token, logprobs: [] }),
  ],
  end: (generation, usage) => {
    const text = generation.tokens.join('')
    const status = generation.cut ? 'incomplete' : 'completed'
    return [
      ...(generation.toolCalls.length > 0
        ? generation.toolCalls.flatMap(toCallEvents)
        : [
            event('response.output_text.done', { ...part(generation), text, logprobs: [] }),
            event('response.content_part.done', { ...part(generation), part: toText(text) }),
            event('response.output_item.done', { output_index: 0, item: toMessage(generation) }),
          ]),
      event(`response.${status}`, { response: toResponse(generation, usage, status) }),
    ]
  },
  error: (message) => [event('error', { code: 'server_error', message, param: null })],
  refuse: toOpenAIRefusal,
}

function event(type: string, fields: object): StreamEvent {
  return { event: type, data: { type, sequence_number: 0, ...fields } }
}

function part({ id }: Generation) {
  return { item_id: `msg_${id}`, output_index: 0, content_index: 0 }
}

function toText(text: string) {
  return { type: 'output_text', text, annotations: [], logprobs: [] }
}

function toMessage({ id, tokens }: Generation) {
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    status: 'completed',
    content: [toText(tokens.join(''))],
  }
}

function toCall({ id, name, input }: Generation['toolCalls'][number]) {
  return { id: `fc_${id}`, type: 'function_call', status: 'completed', call_id: id, name, arguments: input }
}

function toCallEvents(call: Generation['toolCalls'][number], index: number): readonly StreamEvent[] {
  const at = { item_id: `fc_${call.id}`, output_index: index }
  return [
    event('response.output_item.added', {
      output_index: index,
      item: { ...toCall(call), status: 'in_progress', arguments: '' },
    }),
    event('response.function_call_arguments.delta', { ...at, delta: call.input }),
    event('response.function_call_arguments.done', { ...at, name: call.name, arguments: call.input }),
    event('response.output_item.done', { output_index: index, item: toCall(call) }),
  ]
}

function toResponse(generation: Generation, usage: StandInUsage | null, status: string) {
  const { id, model, createdAtSeconds, serviceTier, toolCalls } = generation
  return {
    id: `resp_${id}`,
    object: 'response',
    created_at: createdAtSeconds,
    status,
    error: null,
    incomplete_details: status === 'incomplete' ? { reason: 'max_output_tokens' } : null,
    instructions: null,
    model,
    output: toolCalls.length > 0 ? toolCalls.map(toCall) : [toMessage(generation)],
    parallel_tool_calls: true,
    tool_choice: 'auto',
    tools: [],
    metadata: {},
    temperature: 1,
    top_p: 1,
    service_tier: serviceTier,
    usage: usage && {
      input_tokens: usage.inputTokens,
      input_tokens_details: { cached_tokens: usage.cachedTokens, cache_write_tokens: usage.cacheWriteTokens },
      output_tokens: usage.outputTokens,
      output_tokens_details: { reasoning_tokens: usage.reasoningTokens },
      total_tokens: usage.inputTokens + usage.outputTokens,
    },
  }
}
