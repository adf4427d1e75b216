import { createHash } from 'node:crypto'
import type { EmulatorAnswer, EmulatorContext, EmulatorRequest, EmulatorRoute } from '@ofm-social/core/testing'
import { refuseForBilling } from './billing.ts'
import { addGrant, answerTokens } from './grants.ts'
import { mintToken } from './ids.ts'
import { answerOAuthError, readBasic, readFields, refuseClient, wrongCode, wrongToken } from './oauth-answers.ts'
import { exchangeOAuth1 } from './oauth1-exchange.ts'
import { answerBlank } from './problems.ts'
import type { XCode, XState } from './state.ts'
import type { XSettings } from './switches.ts'

type Fields = ReadonlyMap<string, string>
type Context = EmulatorContext<XState>

/** Exchange, refresh, revoke, and the app's own token: https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token */
export function listOAuthRoutes(readSettings: () => XSettings): readonly EmulatorRoute<XState>[] {
  return [
    {
      method: 'POST',
      path: '/2/oauth2/token',
      answer: (request, context) => answerTokenCall(request, context, readSettings()),
    },
    {
      method: 'POST',
      path: '/2/oauth2/revoke',
      answer: (request, context) => revokeToken(request, context, readSettings()),
    },
    { method: 'POST', path: '/oauth2/token', answer: answerAppToken },
  ]
}

function answerTokenCall(request: EmulatorRequest, context: Context, settings: XSettings): EmulatorAnswer {
  const fields = readFields(request)
  const refused = refuseClient(request, fields, context.state.app, settings)
  if (refused) return refused
  const unpaid =
    settings.billingAtTokenEndpoint === 'refuses' && refuseForBilling(settings, context.state, 'writes', context.now)
  if (unpaid) return unpaid
  switch (fields.get('grant_type')) {
    case 'authorization_code':
      return exchangeCode(fields, context, settings)
    case 'refresh_token':
      return refreshTokens(fields, context, settings)
    case 'urn:ietf:params:oauth:grant-type:token-exchange':
      return exchangeOAuth1(fields, context, settings)
    default:
      return answerOAuthError(400, 'unsupported_grant_type', 'Value passed for the grant type was invalid.')
  }
}

function exchangeCode(fields: Fields, context: Context, settings: XSettings): EmulatorAnswer {
  const { state, now } = context
  const code = state.codes.find((candidate) => candidate.code === fields.get('code'))
  if (!code || code.used || code.expiresAt <= now || code.redirectUri !== fields.get('redirect_uri')) return wrongCode
  if (!isVerified(code, fields.get('code_verifier') ?? '')) return wrongCode
  code.used = true
  const { userId, scopes } = code
  return answerTokens(addGrant(context, settings, { userId, scopes, isExchanged: false }), settings)
}

function isVerified({ challenge, challengeMethod }: XCode, verifier: string): boolean {
  if (!/^[\w.~-]{43,128}$/.test(verifier)) return false
  if (challengeMethod === 'plain') return verifier === challenge
  return createHash('sha256').update(verifier).digest('base64url') === challenge
}

function refreshTokens(fields: Fields, context: Context, settings: XSettings): EmulatorAnswer {
  const { state, now, fault } = context
  const token = fields.get('refresh_token') ?? ''
  const reused = state.grants.find(({ usedRefreshTokens }) => usedRefreshTokens.includes(token))
  if (reused && settings.refreshReuse === 'revoke_grant') reused.revoked = true
  const grant = state.grants.find(({ refreshToken, revoked }) => refreshToken === token && !revoked)
  if (grant && fault?.kind === 'revoke_token') grant.revoked = true
  if (!grant || grant.revoked || grant.refreshExpiresAt <= now) return wrongToken
  if (settings.accessTokenAfterRefresh === 'lives') {
    state.grants.push({ ...grant, refreshToken: null, usedRefreshTokens: [] })
  }
  grant.usedRefreshTokens.push(token)
  grant.accessToken = mintToken('at', now, context.random)
  grant.accessExpiresAt = now + settings.accessTokenLifeMs
  grant.refreshToken = mintToken('rt', now, context.random)
  grant.refreshExpiresAt = now + settings.refreshTokenLifeMs
  return answerTokens(grant, settings)
}

/** A token that is not known is a success too: RFC 7009. */
function revokeToken(request: EmulatorRequest, { state }: Context, settings: XSettings): EmulatorAnswer {
  const fields = readFields(request)
  const refused = refuseClient(request, fields, state.app, settings)
  if (refused) return refused
  const token = fields.get('token')
  if (token === undefined) return wrongToken
  const named = state.grants.find(({ accessToken, refreshToken }) => accessToken === token || refreshToken === token)
  for (const grant of state.grants) if (grant.userId === named?.userId) grant.revoked = true
  return settings.revokeAnswer === 'revoked' ? { status: 200, json: { revoked: true } } : { status: 200 }
}

function answerAppToken(request: EmulatorRequest, { state: { app } }: Context): EmulatorAnswer {
  const basic = readBasic(request)
  if (basic?.name !== app.apiKey || basic.secret !== app.apiSecret) return answerBlank(403, 'Forbidden')
  if (readFields(request).get('grant_type') !== 'client_credentials') return answerBlank(400, 'Bad Request')
  return { status: 200, json: { token_type: 'bearer', access_token: app.bearerToken } }
}
