import type { LanguageModelV4, LanguageModelV4CallOptions } from '@ai-sdk/provider'
import type { CallSettings } from '../call/call-settings.ts'
import { type CallPlan, planCall } from '../call/plan-call.ts'
import { countPrompt } from './count-prompt.ts'
import {
  countSearches,
  hasStoredInput,
  readCacheWrites,
  readOutputBound,
  readRegion,
  readTier,
} from './read-request.ts'

/** A call of the SDK that is ready to be reserved and made. */
export interface PreparedCall extends CallPlan {
  /** With the bound of its output written into it. */
  readonly params: LanguageModelV4CallOptions
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
  const plan = planCall(
    {
      vendor,
      model: model.modelId,
      prompt: countPrompt(params, settings.countTokens),
      storedInput: hasStoredInput(params),
      outputTokensMax: params.maxOutputTokens ?? null,
      boundOutput: (maxOutputTokens, priced) => readOutputBound(vendor, params, { priced, maxOutputTokens }),
      cacheWrites: readCacheWrites(vendor, params),
      tools: countSearches(params, settings.searchesMax),
      tier: readTier(vendor, params),
      region: readRegion(params),
    },
    settings,
  )
  const bounded = plan.answerTokensMax === null ? params : { ...params, maxOutputTokens: plan.answerTokensMax }
  return { ...plan, params: bounded }
}

/** `openai.responses` is `openai`, `google.generative-ai` is `google`. */
function toVendor(provider: string): string {
  return provider.split('.')[0] ?? provider
}
