import { BudgetError } from '../budget-error.ts'
import { type CallEstimate, estimateCall } from '../estimate/estimate-call.ts'
import type { PromptTokens } from '../estimate/prompt-tokens.ts'
import type { Money } from '../money.ts'
import type { PricedModel } from '../prices/priced-model.ts'
import { unknownModel } from '../prices/quote-usage.ts'
import type { Quote } from '../quote.ts'
import type { CallSettings } from './call-settings.ts'

/** What a request says of its cost, in one shape for all ways to make it. */
export interface CallRequest {
  readonly vendor: string
  readonly model: string
  readonly prompt: PromptTokens
  /** The vendor adds input that it keeps, such as an earlier conversation: what is sent says nothing of its size. */
  readonly storedInput: boolean
  /** The request's own bound of one answer; null for none. */
  readonly outputTokensMax: number | null
  /** All output that the request allows, of all answers, when one is bounded by `outputTokensMax`. */
  readonly boundOutput: (outputTokensMax: number, model: PricedModel) => number
  readonly cacheWrites: CallEstimate['cacheWrites']
  /** Most uses of tools that are billed by the use. */
  readonly tools: Readonly<Record<string, bigint>>
  /** The tier that the request asks for; null when it leaves that to the vendor. */
  readonly tier: string | null
  /** The region that the request asks for; null for none. */
  readonly region: string | null
}

/** A call that is ready to be reserved and made. */
export interface CallPlan {
  readonly vendor: string
  readonly model: string
  /** What is reserved. */
  readonly upTo: Money | Quote
  /** Null: the model has no price, and costs a flat amount. */
  readonly priced: PricedModel | null
  /** Input as it was counted, before the factor. */
  readonly countedInput: ReadonlyMap<string, number>
  /** False: there is more than was counted, such as a file that the vendor loads, so that the whole context is reserved. */
  readonly countsAllInput: boolean
  /** To be written into the request; null: there is none to write. */
  readonly answerTokensMax: number | null
  /** Of all answers, thinking included. */
  readonly outputTokensMax: number
  /** Output that the reservation pays for; less than the bound when it is only what is expected. */
  readonly outputTokensReserved: number
  readonly tier: string | null
  /** Null: the vendor's ordinary prices, unless the answer names a region. */
  readonly region: string | null
  readonly at: Date
}

/**
 * Bounds and prices a call before it is made.
 *
 * @throws {BudgetError} `price_unknown`, or `invalid_input` when nothing bounds its output.
 */
export function planCall(request: CallRequest, settings: CallSettings): CallPlan {
  const { vendor, model, prompt, tier } = request
  const priced = settings.prices.findModel(vendor, model)
  const answerTokensMax = request.outputTokensMax ?? settings.outputTokensMax ?? priced?.outputTokensMax ?? null
  const region = request.region ?? settings.region ?? null
  const at = new Date(settings.host.now())
  const countsAllInput = !prompt.unbounded && !request.storedInput
  const common = {
    vendor,
    model,
    priced,
    countedInput: prompt.counts,
    countsAllInput,
    answerTokensMax,
    tier,
    region,
    at,
  }
  if (!priced) {
    if (!settings.unknownModel) throw unknownModel(vendor, model)
    const bound = answerTokensMax ?? 0
    return { ...common, upTo: settings.unknownModel, outputTokensMax: bound, outputTokensReserved: bound }
  }
  if (answerTokensMax === null) {
    throw new BudgetError('invalid_input', `${model} states no limit of output; set outputTokensMax.`)
  }
  const outputTokensMax = request.boundOutput(answerTokensMax, priced)
  const expected = findExpected(settings, model, outputTokensMax)
  const outputTokensReserved = expected ?? outputTokensMax
  const upTo = estimateCall(settings.prices, {
    vendor,
    model,
    input: countsAllInput
      ? applyFactor(prompt.counts, vendor, settings)
      : { input: BigInt(priced.inputTokensMax ?? 1_000_000) },
    outputTokensMax: BigInt(outputTokensReserved),
    cacheWrites: request.cacheWrites,
    tools: request.tools,
    tiers: listTiers(tier, settings),
    ...(region === null ? {} : { region }),
    at,
    basis: expected === null ? 'strict' : 'expected',
  })
  return { ...common, upTo, outputTokensMax, outputTokensReserved }
}

/** Tiers that may serve a call. One that was asked for may be served as standard: https://developers.openai.com/api/docs/guides/priority-processing */
export function listTiers(asked: string | null, { tiers }: CallSettings): readonly string[] {
  return asked === null ? tiers : [...new Set([asked, 'standard'])]
}

function applyFactor(counts: ReadonlyMap<string, number>, vendor: string, { inputFactor }: CallSettings) {
  const factor = inputFactor ?? (vendor === 'anthropic' ? 1.6 : 1.25)
  return Object.fromEntries([...counts].map(([meter, tokens]) => [meter, BigInt(Math.ceil(tokens * factor))]))
}

function findExpected({ expected }: CallSettings, model: string, bound: number): number | null {
  const output = expected?.history.findOutput(model, expected.share ?? 0.95) ?? null
  return output === null ? null : Math.min(bound, Number(output))
}
