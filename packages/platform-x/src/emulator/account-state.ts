import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerCode } from './problems.ts'
import type { XUser } from './state.ts'
import type { XSettings } from './switches.ts'

/** The refusal of an account in trouble; undefined when there is none, or when it may still do this. */
export function refuseForAccount(settings: XSettings, user: XUser, does: string): EmulatorAnswer | undefined {
  switch (settings.accountStates[user.username]) {
    case 'suspended':
      return answerCode(403, 64, 'Your account is suspended and is not permitted to access this feature.')
    case 'locked':
      return answerCode(
        403,
        326,
        'To protect our users from spam and other malicious activity, this account is temporarily locked. Please log in to https://x.com to unlock your account.',
      )
    case 'automated':
      if (does !== 'creates_post') return undefined
      return answerCode(
        403,
        226,
        "This request looks like it might be automated. To protect our users from spam and other malicious activity, we can't complete this action right now. Please try again later.",
      )
    default:
      return undefined
  }
}
