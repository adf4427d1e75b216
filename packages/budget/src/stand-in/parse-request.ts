import type { StandInPrompt } from './stand-in-answer.ts'

/** What both APIs of the protocol ask, in one shape. */
export interface ParsedRequest {
  readonly prompt: StandInPrompt
  readonly stream: boolean
  /** Chat Completions say usage in a stream only when asked. */
  readonly includeUsage: boolean
  readonly outputTokensMax: number | null
  readonly serviceTier: string
}

/** Null: not a request of the protocol. */
export function parseRequest(body: unknown): ParsedRequest | null {
  const { model, messages, input, instructions } = toRecord(body)
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
      text: [typeof instructions === 'string' ? instructions : '', ...texts].join(' ').trim(),
      lastUserText: texts[lastUser] ?? '',
      toolResults: turns.flatMap((turn, index) => (isToolResult(turn) ? [texts[index] ?? ''] : [])),
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

function isToolResult(turn: unknown): boolean {
  const { role, type } = toRecord(turn)
  return role === 'tool' || type === 'function_call_output'
}

function toText(turn: unknown): string {
  const { content, output } = toRecord(turn)
  const value = content ?? output
  if (typeof value === 'string') return value
  return Array.isArray(value) ? value.map((part) => String(toRecord(part).text ?? '')).join(' ') : ''
}

function toRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {}
}
