import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import { BudgetError } from '../budget-error.ts'
import { estimateCall } from '../estimate/estimate-call.ts'
import type { Money } from '../money.ts'
import type { PricedModel } from '../prices/priced-model.ts'
import { unknownModel } from '../prices/quote-usage.ts'
import type { Quote } from '../quote.ts'
import type { CallSettings } from './call-settings.ts'
import { countPrompt } from './count-prompt.ts'
import {
  countSearches,
  hasStoredInput,
  readCacheWrites,
  readOutputBound,
  readRegion,
  readTier,
} from './read-request.ts'

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
  const outputTokensMax = readOutputBound(vendor, params, { priced, maxOutputTokens })
  const whole = unbounded || hasStoredInput(params)
  const expected = findExpected(settings, model.modelId, outputTokensMax)
  const outputTokensReserved = expected ?? outputTokensMax
  const upTo = estimateCall(settings.prices, {
    vendor,
    model: model.modelId,
    input: whole ? { input: BigInt(priced.inputTokensMax ?? 1_000_000) } : applyFactor(counts, vendor, settings),
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
