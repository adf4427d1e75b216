import { isBudgetError } from '../budget-error.ts'
import type { Money } from '../money.ts'
import { isInput, isOutput } from '../prices/meters.ts'
import { quoteUsage, sumInput } from '../prices/quote-usage.ts'
import type { Quote } from '../quote.ts'
import type { UsageContext, UsageReading } from '../usage/usage-reading.ts'
import type { Usage } from '../usage.ts'
import type { CallSettings } from './call-settings.ts'
import type { CallPlan } from './plan-call.ts'

/** How the provider's answer is read. */
export function toUsageContext({ vendor, model, tier }: CallPlan): UsageContext {
  return { vendor, model, ...(tier === null ? {} : { tier }) }
}

/** What a call did cost by what its provider said; the whole reservation where that has no price. */
export function priceReading(plan: CallPlan, reading: UsageReading, settings: CallSettings): Money | Quote {
  for (const message of reading.problems) report(plan, settings, { message })
  const { usage, others } = reading
  if (usage.source === 'provider') noteHistory(plan, usage, settings)
  if (!plan.priced) return plan.upTo
  // A provider may name the model in a way that the catalogue does not know; the one that was asked for has a price.
  const known = settings.prices.findModel(usage.vendor, usage.model) !== null
  const model = known ? { model: usage.model } : { model: plan.model, answeredBy: usage.model }
  const named = { ...(plan.region === null ? {} : { region: plan.region }), ...usage, ...model }
  try {
    const quote = quoteUsage(settings.prices, [named, ...others], { at: plan.at })
    compareCosts(plan, quote, settings)
    return quote
  } catch (error) {
    if (!isBudgetError(error)) throw error
    const message = `The usage could not be priced; the whole reservation is settled. ${error.message}`
    report(plan, settings, { message, cause: error })
    return plan.upTo
  }
}

/**
 * What a call did cost whose provider did not say all: input as it said or as it was counted, output as it was received. The whole reservation where the
 * input is not known.
 */
export function priceCounted(
  plan: CallPlan,
  { said, receivedText }: { readonly said: UsageReading | null; readonly receivedText: string },
  settings: CallSettings,
): Money | Quote {
  const known = Object.entries(said?.usage.quantities ?? {})
  const saysInput = known.some(([meter]) => isInput(meter))
  if (!saysInput && !plan.countsAllInput) return plan.upTo
  const input = saysInput
    ? known.filter(([meter]) => !isOutput(meter))
    : [...plan.countedInput].map(([meter, tokens]) => [meter, BigInt(tokens)] as const)
  const counted = BigInt(Math.min(settings.countTokens(receivedText), plan.outputTokensMax))
  const saidOutput = known.filter(([meter]) => isOutput(meter)).reduce((sum, [, tokens]) => sum + tokens, 0n)
  const output = saidOutput > counted ? saidOutput : counted
  const { vendor, model, tier } = plan
  const base = said?.usage ?? { vendor, model, tier }
  const usage = { ...base, quantities: Object.fromEntries([...input, ['output', output]]), source: 'counted' } as const
  return priceReading(plan, { usage, others: said?.others ?? [], problems: [] }, settings)
}

/** A catalogue that is old shows here first, where the provider says a cost of its own. */
function compareCosts(plan: CallPlan, { amount, usage }: Quote, settings: CallSettings): void {
  const said = usage?.saidCost
  if (!said || usage?.source !== 'provider' || said.currency !== amount.currency) return
  const difference = amount.amountNanos - said.amountNanos
  const size = difference < 0n ? -difference : difference
  // One in a hundred, and a rounding of what is said in dollars.
  if (size * 100n <= said.amountNanos + 100n) return
  const message = `The provider says that the call did cost ${said}; by the prices it is ${amount}, as settled.`
  report(plan, settings, { message })
}

/** Tells what is odd about a call, and of which model. */
export function report(
  { vendor, model }: CallPlan,
  settings: CallSettings,
  { message, cause }: { readonly message: string; readonly cause?: unknown },
): void {
  settings.onProblem?.({ vendor, model, message, ...(cause === undefined ? {} : { cause }) })
}

function noteHistory(plan: CallPlan, { quantities }: Usage, { history, expected }: CallSettings): void {
  const output = Object.entries(quantities).reduce((sum, [meter, tokens]) => (isOutput(meter) ? sum + tokens : sum), 0n)
  const estimatedInput = BigInt([...plan.countedInput.values()].reduce((sum, tokens) => sum + tokens, 0))
  const call = { estimatedInput, input: sumInput(quantities), output }
  for (const one of new Set([history, expected?.history])) one?.note(plan.model, call)
}
