import { isBudgetError } from '../budget-error.ts'
import type { Money } from '../money.ts'
import { isInput, isOutput } from '../prices/meters.ts'
import { quoteUsage, sumInput } from '../prices/quote-usage.ts'
import type { Quote } from '../quote.ts'
import type { UsageContext, UsageReading } from '../usage/usage-reading.ts'
import type { Usage } from '../usage.ts'
import type { CallSettings } from './call-settings.ts'
import type { PreparedCall } from './prepare-call.ts'

/** How the provider's answer is read. */
export function toUsageContext({ vendor, model, tier }: PreparedCall): UsageContext {
  return { vendor, model, ...(tier === null ? {} : { tier }) }
}

/** What a call did cost by what its provider said; the whole reservation where that has no price. */
export function priceReading(call: PreparedCall, reading: UsageReading, settings: CallSettings): Money | Quote {
  for (const message of reading.problems) report(call, settings, message)
  const { usage, others } = reading
  if (usage.source === 'provider') noteHistory(call, usage, settings)
  if (!call.priced) return call.upTo
  // A provider may name the model in a way that the catalogue does not know; the one that was asked for has a price.
  const model = settings.prices.findModel(usage.vendor, usage.model) ? usage.model : call.model
  const named = { ...(call.region === null ? {} : { region: call.region }), ...usage, model }
  try {
    return quoteUsage(settings.prices, [named, ...others], { at: call.at })
  } catch (error) {
    if (!isBudgetError(error)) throw error
    report(call, settings, `The usage could not be priced; the whole reservation is settled. ${error.message}`, error)
    return call.upTo
  }
}

/** Usage of a call whose provider did not say all: input as it said or as it was counted, output as it was received. */
export function countUsage(
  call: PreparedCall,
  said: UsageReading | null,
  receivedText: string,
  settings: CallSettings,
): UsageReading {
  const known = Object.entries(said?.usage.quantities ?? {})
  const input = known.some(([meter]) => isInput(meter))
    ? known.filter(([meter]) => !isOutput(meter))
    : [...call.countedInput].map(([meter, tokens]) => [meter, BigInt(tokens)] as const)
  const counted = BigInt(Math.min(settings.countTokens(receivedText), call.outputTokensMax))
  const saidOutput = known.filter(([meter]) => isOutput(meter)).reduce((sum, [, tokens]) => sum + tokens, 0n)
  const output = saidOutput > counted ? saidOutput : counted
  const { vendor, model, tier } = call
  const base = said?.usage ?? { vendor, model, tier }
  return {
    usage: { ...base, quantities: Object.fromEntries([...input, ['output', output]]), source: 'counted' },
    others: said?.others ?? [],
    problems: [],
  }
}

export function report(
  { vendor, model }: PreparedCall,
  settings: CallSettings,
  message: string,
  cause?: unknown,
): void {
  settings.onProblem?.({ vendor, model, message, ...(cause === undefined ? {} : { cause }) })
}

function noteHistory(call: PreparedCall, { quantities }: Usage, { expected }: CallSettings): void {
  const output = Object.entries(quantities).reduce((sum, [meter, tokens]) => (isOutput(meter) ? sum + tokens : sum), 0n)
  const estimatedInput = BigInt([...call.countedInput.values()].reduce((sum, tokens) => sum + tokens, 0))
  expected?.history.note(call.model, { estimatedInput, input: sumInput(quantities), output })
}
