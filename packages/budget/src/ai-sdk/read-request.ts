import type { LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { findToolMeter } from '../call/tool-meter.ts'
import type { PricedModel } from '../prices/priced-model.ts'
import { readPath } from '../usage/read-path.ts'

/** The tier that the request asks for; null when it leaves that to the vendor. */
export function readTier(vendor: string, params: LanguageModelV4CallOptions): string | null {
  if (readPath(params.providerOptions, 'anthropic', 'speed') === 'fast') return 'fast_mode'
  const tier = readPath(params.providerOptions, vendor, 'serviceTier')
  if (typeof tier !== 'string' || tier === 'auto' || tier === 'default') return null
  return tier === 'fast' ? 'priority' : tier
}

/** The region that the request asks for; null for none. */
export function readRegion(params: LanguageModelV4CallOptions): string | null {
  const region = readPath(params.providerOptions, 'anthropic', 'inferenceGeo')
  return typeof region === 'string' ? region : null
}

/** All output that the request allows, where its own options allow more than `maxOutputTokens`. */
export function readOutputBound(
  vendor: string,
  params: LanguageModelV4CallOptions,
  { priced, maxOutputTokens }: { readonly priced: PricedModel; readonly maxOutputTokens: number },
): number {
  const own = readPath(params.providerOptions, vendor, 'maxCompletionTokens')
  if (typeof own === 'number') return Math.max(own, maxOutputTokens)
  if (vendor !== 'anthropic') return maxOutputTokens
  // Anthropic's client adds the budget of thinking to the bound of the answer.
  const budget = readPath(params.providerOptions, vendor, 'thinking', 'budgetTokens')
  if (typeof budget === 'number') return maxOutputTokens + budget
  const thinks =
    params.reasoning !== undefined && params.reasoning !== 'none' && params.reasoning !== 'provider-default'
  return thinks ? Math.max(maxOutputTokens, priced.outputTokensMax ?? 0) : maxOutputTokens
}

/** What is written to a cache: OpenAI does so by itself, Anthropic where the request asks. */
export function readCacheWrites(vendor: string, params: LanguageModelV4CallOptions) {
  if (vendor === 'openai') {
    const retention = readPath(params.providerOptions, vendor, 'promptCacheRetention')
    return typeof retention === 'string' && retention !== 'in_memory' ? 'cache_write_12h' : 'cache_write'
  }
  const tools = params.tools?.map((tool) => readPath(tool, 'providerOptions'))
  const asked = JSON.stringify([params.providerOptions, tools, params.prompt.map(listCacheControls)])
  if (!asked.includes('"ephemeral"')) return undefined
  return asked.includes('"1h"') ? 'cache_write_1h' : 'cache_write_5m'
}

function listCacheControls({
  content,
  providerOptions,
}: LanguageModelV4CallOptions['prompt'][number]): readonly unknown[] {
  const parts = typeof content === 'string' ? [] : content.map((part) => part.providerOptions)
  return [providerOptions, ...parts]
}

/** Most uses of tools that are billed by the use. */
export function countSearches({ tools = [] }: LanguageModelV4CallOptions, searchesMax: number): Record<string, bigint> {
  const searches = new Map<string, bigint>()
  for (const tool of tools) {
    if (tool.type !== 'provider') continue
    const meter = findToolMeter(tool.id.split('.')[1] ?? '')
    if (meter === null) continue
    const uses = typeof tool.args.maxUses === 'number' ? tool.args.maxUses : searchesMax
    searches.set(meter, (searches.get(meter) ?? 0n) + BigInt(uses))
  }
  return Object.fromEntries(searches)
}

/** Whether the vendor adds input that it keeps, such as an earlier conversation: what is sent says nothing of its size. */
export function hasStoredInput({ providerOptions }: LanguageModelV4CallOptions): boolean {
  const stored = [
    ['openai', 'previousResponseId'],
    ['openai', 'conversation'],
    ['xai', 'previousResponseId'],
    ['google', 'cachedContent'],
  ]
  return stored.some((path) => typeof readPath(providerOptions, ...path) === 'string')
}
