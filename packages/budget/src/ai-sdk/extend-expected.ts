import type { LanguageModelV4StreamPart } from '@ai-sdk/provider'
import { isBudgetError } from '../budget-error.ts'
import { estimateCall } from '../estimate/estimate-call.ts'
import type { Reservation } from '../reservation.ts'
import type { CallSettings } from './call-settings.ts'
import type { PreparedCall } from './prepare-call.ts'

/**
 * For a stream whose reservation pays for the expected output only: reserves more when four fifths of it have come. Returns the refusal when there is no
 * more, so that the stream ends.
 */
export function createExtension(
  call: PreparedCall,
  reservation: Reservation,
  settings: CallSettings,
): (part: LanguageModelV4StreamPart) => Promise<unknown> {
  let received = 0
  let reserved = call.outputTokensReserved
  let step = 0
  return async (part) => {
    if (reserved >= call.outputTokensMax) return null
    if (part.type !== 'text-delta' && part.type !== 'reasoning-delta' && part.type !== 'tool-input-delta') return null
    received += settings.countTokens(part.delta)
    if (received < reserved * 0.8) return null
    const more = Math.min(call.outputTokensMax - reserved, Math.max(call.outputTokensReserved, 256))
    try {
      await settings.ledger.extend(reservation.id, { by: priceOutput(call, more, settings), key: `output-${++step}` })
      reserved += more
      return null
    } catch (error) {
      if (isBudgetError(error) && error.code !== 'unavailable' && error.code !== 'overloaded') return error
      return null
    }
  }
}

function priceOutput(
  { vendor, model, at, tier, region }: PreparedCall,
  tokens: number,
  { prices, tiers }: CallSettings,
) {
  const asked = tier === null ? tiers : [...new Set([tier, 'standard'])]
  const common = { vendor, model, input: {}, tiers: asked, at, ...(region === null ? {} : { region }) }
  return estimateCall(prices, { ...common, outputTokensMax: BigInt(tokens) }).amount
}
