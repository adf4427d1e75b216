import { isBudgetError } from '../budget-error.ts'
import { estimateCall } from '../estimate/estimate-call.ts'
import type { Reservation } from '../reservation.ts'
import type { CallSettings } from './call-settings.ts'
import { type CallPlan, listTiers } from './plan-call.ts'

/**
 * For a stream whose reservation pays for the expected output only: reserves more when four fifths of it have come. Takes what each part brought, and returns
 * the refusal when there is no more, so that the stream ends.
 */
export function createExtension(
  plan: CallPlan,
  reservation: Reservation,
  settings: CallSettings,
): (text: string) => Promise<unknown> {
  // Without a reservation there is nothing to extend: the ledger is away, and the budget lets work go on.
  if (reservation.marks.includes('unreserved')) return async () => null
  let received = 0
  let reserved = plan.outputTokensReserved
  let step = 0
  return async (text) => {
    if (text === '' || reserved >= plan.outputTokensMax) return null
    received += settings.countTokens(text)
    if (received < reserved * 0.8) return null
    const more = Math.min(plan.outputTokensMax - reserved, Math.max(plan.outputTokensReserved, 256))
    try {
      await settings.ledger.extend(reservation.id, { by: priceOutput(plan, more, settings), key: `output-${++step}` })
      reserved += more
      return null
    } catch (error) {
      if (isBudgetError(error) && error.code !== 'unavailable' && error.code !== 'overloaded') return error
      return null
    }
  }
}

function priceOutput({ vendor, model, at, tier, region }: CallPlan, tokens: number, settings: CallSettings) {
  const common = {
    vendor,
    model,
    input: {},
    tiers: listTiers(tier, settings),
    at,
    ...(region === null ? {} : { region }),
  }
  return estimateCall(settings.prices, { ...common, outputTokensMax: BigInt(tokens) }).amount
}
