import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { readSpentInCycle } from './ledger.ts'
import { answerCreditsDepleted, answerSpendCapReached, answerUsageCapped } from './problems.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** The refusal of an app without money; undefined when it has some. The cap of usage concerns reads of posts alone. */
export function refuseForBilling(
  settings: XSettings,
  state: XState,
  does: string,
  now: number,
): EmulatorAnswer | undefined {
  const { app } = state
  if (state.ledger.spent >= settings.balanceMicroUsd) return answerCreditsDepleted(settings, app)
  if (readSpentInCycle(state, now) >= settings.spendCapMicroUsd) {
    return answerSpendCapReached(settings, app, toCycleEnd(now))
  }
  switch (settings.billing) {
    case 'credits_depleted':
      return answerCreditsDepleted(settings, app)
    case 'spend_cap_reached':
      return answerSpendCapReached(settings, app, toCycleEnd(now))
    case 'usage_capped':
      return does === 'reads_posts' ? answerUsageCapped(settings, app) : undefined
    default:
      return undefined
  }
}

/** The first day of the next month, UTC. */
function toCycleEnd(now: number): string {
  const today = new Date(now)
  return new Date(Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 1)).toISOString().slice(0, 10)
}
