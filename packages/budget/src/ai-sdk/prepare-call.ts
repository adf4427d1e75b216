import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { BudgetError } from '../budget-error.ts'
import { estimateCall } from '../estimate/estimate-call.ts'
import type { Money } from '../money.ts'
import type { PricedModel } from '../prices/priced-model.ts'
import { unknownModel } from '../prices/quote-usage.ts'
import type { Quote } from '../quote.ts'
import type { CallSettings } from './call-settings.ts'
import { countPrompt } from './count-prompt.ts'
import { readProviderOption } from './read-provider-option.ts'

/** A call that is ready to be reserved and made. */
export interface PreparedCall {
  readonly vendor: string
  readonly model: string
  /** With the bound of its output written into it. */
  readonly params: LanguageModelV4CallOptions
  /** What is reserved. */
  readonly upTo: Money | Quote
  /** Null: the model has no price, and costs a flat amount. */
  readonly priced: PricedModel | null
  /** Input as it was counted, before the factor. */
  readonly countedInput: ReadonlyMap<string, number>
  readonly outputTokensMax: number
  /** Output that the reservation pays for; less than the bound when it is only what is expected. */
  readonly outputTokensReserved: number
  readonly tier: string | null
  /** Null: the vendor's ordinary prices, unless the answer names a region. */
  readonly region: string | null
  readonly at: Date
}

/**
 * Counts and prices a call, and writes the bound of its output into its request.
 *
 * @throws {BudgetError} `price_unknown`.
 */
export function prepareCall(
  model: Pick<LanguageModelV4, 'provider' | 'modelId'>,
  params: LanguageModelV4CallOptions,
  settings: CallSettings,
): PreparedCall {
  const vendor = settings.vendor ?? toVendor(model.provider)
  const priced = settings.prices.findModel(vendor, model.modelId)
  const { counts, unbounded } = countPrompt(params, settings.countTokens)
  const maxOutputTokens = params.maxOutputTokens ?? settings.outputTokensMax ?? priced?.outputTokensMax ?? null
  const region = readRegion(params) ?? settings.region ?? null
  const common = {
    vendor,
    model: model.modelId,
    priced,
    countedInput: counts,
    region,
    at: new Date(settings.host.now()),
  }
  const asked = readTier(vendor, params)
  if (!priced) {
    if (!settings.unknownModel) throw unknownModel(vendor, model.modelId)
    const bound = maxOutputTokens ?? 0
    const bounded = maxOutputTokens === null ? params : { ...params, maxOutputTokens }
    return {
      ...common,
      params: bounded,
      upTo: settings.unknownModel,
      outputTokensMax: bound,
      outputTokensReserved: bound,
      tier: asked,
    }
  }
  if (maxOutputTokens === null) {
    throw new BudgetError('invalid_input', `${model.modelId} states no limit of output; set outputTokensMax.`)
  }
  const outputTokensMax = maxOutputTokens + readThinking(vendor, params, { priced, maxOutputTokens })
  const expected = findExpected(settings, model.modelId, outputTokensMax)
  const outputTokensReserved = expected ?? outputTokensMax
  const upTo = estimateCall(settings.prices, {
    vendor,
    model: model.modelId,
    input: unbounded ? { input: BigInt(priced.inputTokensMax ?? 1_000_000) } : applyFactor(counts, vendor, settings),
    outputTokensMax: BigInt(outputTokensReserved),
    cacheWrites: readCacheWrites(vendor, params),
    tools: countSearches(params, settings.searchesMax),
    // A tier that was asked for may be served as standard: https://developers.openai.com/api/docs/guides/priority-processing
    tiers: asked === null ? settings.tiers : [...new Set([asked, 'standard'])],
    ...(region === null ? {} : { region }),
    at: common.at,
    basis: expected === null ? 'strict' : 'expected',
  })
  return { ...common, params: { ...params, maxOutputTokens }, upTo, outputTokensMax, outputTokensReserved, tier: asked }
}

/** `openai.responses` is `openai`, `google.generative-ai` is `google`. */
function toVendor(provider: string): string {
  return provider.split('.')[0] ?? provider
}

function applyFactor(counts: ReadonlyMap<string, number>, vendor: string, { inputFactor }: CallSettings) {
  const factor = inputFactor ?? (vendor === 'anthropic' ? 1.6 : 1.25)
  return Object.fromEntries([...counts].map(([meter, tokens]) => [meter, BigInt(Math.ceil(tokens * factor))]))
}

function findExpected({ expected }: CallSettings, model: string, bound: number): number | null {
  const output = expected?.history.findOutput(model, expected.share ?? 0.95) ?? null
  return output === null ? null : Math.min(bound, Number(output))
}

function readTier(vendor: string, params: LanguageModelV4CallOptions): string | null {
  if (readProviderOption(params.providerOptions, 'anthropic', 'speed') === 'fast') return 'fast_mode'
  const tier = readProviderOption(params.providerOptions, vendor, 'serviceTier')
  if (typeof tier !== 'string' || tier === 'auto' || tier === 'default') return null
  return tier === 'fast' ? 'priority' : tier
}

function readRegion(params: LanguageModelV4CallOptions): string | null {
  const region = readProviderOption(params.providerOptions, 'anthropic', 'inferenceGeo')
  return typeof region === 'string' ? region : null
}

/** Anthropic's client adds the budget of thinking to the bound of the answer. */
function readThinking(
  vendor: string,
  params: LanguageModelV4CallOptions,
  { priced, maxOutputTokens }: { readonly priced: PricedModel; readonly maxOutputTokens: number },
): number {
  if (vendor !== 'anthropic') return 0
  const budget = readProviderOption(params.providerOptions, vendor, 'thinking', 'budgetTokens')
  if (typeof budget === 'number') return budget
  const thinks =
    params.reasoning !== undefined && params.reasoning !== 'none' && params.reasoning !== 'provider-default'
  return thinks ? Math.max(0, (priced.outputTokensMax ?? maxOutputTokens) - maxOutputTokens) : 0
}

/** OpenAI writes to its cache by itself; Anthropic where the request asks. */
function readCacheWrites(vendor: string, params: LanguageModelV4CallOptions) {
  if (vendor === 'openai') {
    const retention = readProviderOption(params.providerOptions, vendor, 'promptCacheRetention')
    return typeof retention === 'string' && retention !== 'in_memory' ? 'cache_write_12h' : 'cache_write'
  }
  const asked = JSON.stringify([params.providerOptions, params.prompt.map(listCacheControls)])
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

function countSearches({ tools = [] }: LanguageModelV4CallOptions, searchesMax: number): Record<string, bigint> {
  const searches = new Map<string, bigint>()
  for (const tool of tools) {
    if (tool.type !== 'provider') continue
    const name = tool.id.split('.')[1] ?? ''
    const meter = /^(web_search|google_search)/.test(name)
      ? 'web_search'
      : name.startsWith('file_search')
        ? 'file_search'
        : null
    if (meter === null) continue
    const uses = typeof tool.args.maxUses === 'number' ? tool.args.maxUses : searchesMax
    searches.set(meter, (searches.get(meter) ?? 0n) + BigInt(uses))
  }
  return Object.fromEntries(searches)
}
