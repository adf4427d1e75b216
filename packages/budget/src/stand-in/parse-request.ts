import type { StandInPrompt } from './stand-in-answer.ts'

/** What all APIs ask, in one shape. */
export interface ParsedRequest {
  readonly prompt: StandInPrompt
  readonly stream: boolean
  /** Chat Completions say usage in a stream only when asked. */
  readonly includeUsage: boolean
  readonly outputTokensMax: number | null
  readonly serviceTier: string
}

/** Null: not a request of any of them. */
export function parseRequest(body: unknown): ParsedRequest | null {
  const { model, messages, input, instructions, system } = toRecord(body)
  if (typeof model !== 'string' || (!Array.isArray(messages) && !Array.isArray(input) && typeof input !== 'string'))
    return null
  const fields = toRecord(body)
  const turns = Array.isArray(messages) ? messages : Array.isArray(input) ? input : [{ role: 'user', content: input }]
  const texts = turns.map(toText)
  const lastUser = turns.findLastIndex((turn) => toRecord(turn).role === 'user')
  const limit = [fields.max_completion_tokens, fields.max_tokens, fields.max_output_tokens].find(
    (value) => typeof value === 'number',
  )
  return {
    prompt: {
      model,
      text: [toText({ content: instructions ?? system }), ...texts].join(' ').trim(),
      lastUserText: texts[lastUser] ?? '',
      toolResults: turns.flatMap(listToolResults),
      tools: (Array.isArray(fields.tools) ? fields.tools : []).map(toToolName),
    },
    stream: fields.stream === true,
    includeUsage: toRecord(fields.stream_options).include_usage === true,
    outputTokensMax: typeof limit === 'number' ? limit : null,
    serviceTier: typeof fields.service_tier === 'string' ? fields.service_tier : 'default',
  }
}

function toToolName(tool: unknown): string {
  const fields = toRecord(tool)
  return String(toRecord(fields.function).name ?? fields.name ?? fields.type)
}

/** A message or item of its own with OpenAI, parts of a message with Anthropic. */
function listToolResults(turn: unknown): readonly string[] {
  const { role, type, content } = toRecord(turn)
  if (role === 'tool' || type === 'function_call_output') return [toText(turn)]
  if (!Array.isArray(content)) return []
  return content.filter((part) => toRecord(part).type === 'tool_result').map(toText)
}

function toText(turn: unknown): string {
  const { content, output } = toRecord(turn)
  const value = content ?? output
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map((part) => String(toRecord(part).text ?? toText(part))).join(' ') : ''
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
