import { readPath } from './read-path.ts'

/** What the events of a stream have said so far, as if it were a plain answer. */
export type MergedAnswer = Readonly<Record<string, unknown>>

/**
 * Puts a provider's events together to what its plain answer would be. OpenAI's Responses carry it whole; Chat Completions name tier, model and usage on
 * chunks; Anthropic's first event has the input, and later counts replace earlier ones; Google repeats the object; Cohere's last event has it.
 */
export function mergeEvent(answer: MergedAnswer | null, event: unknown): MergedAnswer | null {
  if (!isRecord(event)) return answer
  const said = [event.response, event.message].find(isRecord) ?? event
  const usage = readPath(said, 'usage') ?? readPath(event, 'delta', 'usage')
  const kept: Record<string, unknown> = { ...answer }
  for (const key of ['model', 'modelVersion', 'service_tier', 'tool_usage', 'usageMetadata']) {
    if (isSaid(said[key])) kept[key] = said[key]
  }
  // Items of Responses are complete at the end only; an earlier list has fewer.
  if (Array.isArray(said.output)) kept.output = said.output
  if (isRecord(usage)) kept.usage = { ...(isRecord(kept.usage) ? kept.usage : {}), ...dropMissing(usage) }
  return kept
}

function dropMissing(usage: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(usage).filter(([, count]) => isSaid(count)))
}

function isSaid(value: unknown): boolean {
  return value !== undefined && value !== null
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
