import type { EmulatorAnswer, EmulatorContext } from '@ofm-social/core/testing'
import { mintToken } from './ids.ts'
import type { XGrant, XState } from './state.ts'
import type { XSettings } from './switches.ts'

/** Gives an app the permission of a user. Earlier ones end, unless the switch says otherwise; of exchanged ones there is one at a time. */
export function addGrant(
  { state, now, random }: EmulatorContext<XState>,
  settings: XSettings,
  { userId, scopes, isExchanged }: Pick<XGrant, 'userId' | 'scopes' | 'isExchanged'>,
): XGrant {
  for (const earlier of state.grants) {
    const ends = settings.secondLogin === 'revokes_first' || (isExchanged && earlier.isExchanged)
    if (earlier.userId === userId && ends) earlier.revoked = true
  }
  const grant: XGrant = {
    userId,
    scopes,
    accessToken: mintToken('at', now, random),
    accessExpiresAt: now + settings.accessTokenLifeMs,
    refreshToken: scopes.includes('offline.access') ? mintToken('rt', now, random) : null,
    refreshExpiresAt: now + settings.refreshTokenLifeMs,
    usedRefreshTokens: [],
    revoked: false,
    isExchanged,
  }
  state.grants.push(grant)
  return grant
}

/** What the token endpoint answers for a grant. */
export function answerTokens({ accessToken, refreshToken, scopes }: XGrant, settings: XSettings): EmulatorAnswer {
  const json = {
    token_type: 'bearer',
    expires_in: Math.floor(settings.accessTokenLifeMs / 1000),
    access_token: accessToken,
    scope: scopes.join(' '),
    ...(refreshToken === null ? {} : { refresh_token: refreshToken }),
  }
  return { status: 200, json }
}
