import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { toCycle, toDay } from './cycle.ts'
import { countPostsRead, readBalance, readSpentInCycle } from './ledger.ts'
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
  if (readBalance(state, settings) <= 0) return answerCreditsDepleted(settings, app)
  const reset = toDay(toCycle(now, settings.cycleDay).endsAt)
  if (readSpentInCycle(state, settings, now) >= settings.spendCapMicroUsd) {
    return answerSpendCapReached(settings, app, reset)
  }
  const readsMax = settings.postReadsMax[settings.plan] ?? Number.POSITIVE_INFINITY
  if (does === 'reads_posts' && countPostsRead(state, settings, now) >= readsMax)
    return answerUsageCapped(settings, app)
  switch (settings.billing) {
    case 'credits_depleted':
      return answerCreditsDepleted(settings, app)
    case 'spend_cap_reached':
      return answerSpendCapReached(settings, app, reset)
    case 'usage_capped':
      return does === 'reads_posts' ? answerUsageCapped(settings, app) : undefined
    default:
      return undefined
  }
}
