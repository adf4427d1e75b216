import { BudgetError } from '../budget-error.ts'
import type { CallSettings } from '../call/call-settings.ts'
import type { CallRequest } from '../call/plan-call.ts'
import { findToolMeter } from '../call/tool-meter.ts'
import { readPath } from '../usage/read-path.ts'
import { toTier } from '../usage/service-tier.ts'
import { countBody } from './count-body.ts'
import type { Endpoint } from './find-endpoint.ts'
import type { JsonBody } from './json-body.ts'
import { readBound, takesBound } from './output-bound.ts'

/**
 * What the body of a request says of its cost.
 *
 * @throws {BudgetError} `price_unknown` for what its answer would not account for.
 */
export function readCall(
  body: JsonBody,
  { endpoint, vendor }: { readonly endpoint: Endpoint; readonly vendor: string },
  { countTokens, searchesMax, unknownModel }: CallSettings,
): CallRequest {
  if (typeof body.model !== 'string' && !unknownModel) {
    throw new BudgetError('price_unknown', 'The request names no model, so that its price is not known.')
  }
  if (body.web_search_options) {
    throw new BudgetError(
      'price_unknown',
      'Chat Completions do not say how often they searched; search with Responses.',
    )
  }
  return {
    vendor,
    model: typeof body.model === 'string' ? body.model : 'unnamed',
    prompt: countBody(body, countTokens),
    storedInput:
      ['previous_response_id', 'conversation', 'prompt'].some((field) => Boolean(body[field])) ||
      readPath(body, 'thread', 'type') === 'continue',
    outputTokensMax: readBound(endpoint, body),
    boundOutput(answerTokensMax, { outputTokensMax }) {
      if (!takesBound(body)) return outputTokensMax ?? answerTokensMax
      const thinking = readPath(body, 'thinking', 'budget_tokens')
      const answers = typeof body.n === 'number' && body.n > 1 ? Math.ceil(body.n) : 1
      return answers * Math.max(answerTokensMax, typeof thinking === 'number' ? thinking : 0)
    },
    cacheWrites: readCacheWrites(vendor, body),
    tools: countTools(body, searchesMax),
    tier: readTier(body),
    region: typeof body.inference_geo === 'string' ? body.inference_geo : null,
  }
}

/**
 * Other models that may answer instead: https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
 *
 * @throws {BudgetError} `price_unknown` when the vendor chooses them.
 */
export function listFallbacks({ fallbacks }: JsonBody): readonly string[] {
  if (!fallbacks) return []
  const models = Array.isArray(fallbacks) ? fallbacks.map((fallback) => readPath(fallback, 'model')) : [undefined]
  return models.map((model) => {
    if (typeof model === 'string') return model
    throw new BudgetError('price_unknown', 'The request leaves its fallbacks to the vendor; name their models.')
  })
}

function readTier({ service_tier: tier, speed }: JsonBody): string | null {
  if (speed === 'fast') return 'fast_mode'
  if (typeof tier !== 'string' || tier === 'auto' || tier === 'default') return null
  return tier === 'standard_only' ? 'standard' : toTier(tier)
}

/** What is written to a cache: OpenAI does so by itself, Anthropic where the request asks. */
function readCacheWrites(vendor: string, body: JsonBody): CallRequest['cacheWrites'] {
  // Quotes within a text are escaped, so that only fields are found.
  const json = JSON.stringify(body)
  if (vendor === 'openai') {
    const { prompt_cache_retention: retention } = body
    const long = (typeof retention === 'string' && retention !== 'in_memory') || json.includes('"ttl":"12h"')
    return long ? 'cache_write_12h' : 'cache_write'
  }
  if (!json.includes('"cache_control":{')) return undefined
  return json.includes('"ttl":"1h"') ? 'cache_write_1h' : 'cache_write_5m'
}

/** Most uses of tools that are billed by the use. */
function countTools(
  { tools, max_tool_calls: callsMax }: JsonBody,
  searchesMax: number,
): Readonly<Record<string, bigint>> {
  const uses = new Map<string, bigint>()
  const usesMax = typeof callsMax === 'number' ? callsMax : searchesMax
  for (const tool of Array.isArray(tools) ? tools : []) {
    const type = readPath(tool, 'type')
    const meter = typeof type === 'string' ? findToolMeter(type) : null
    if (meter === null) continue
    const own = readPath(tool, 'max_uses')
    uses.set(meter, (uses.get(meter) ?? 0n) + BigInt(Math.ceil(typeof own === 'number' ? own : usesMax)))
  }
  return Object.fromEntries(uses)
}
