import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { apps } from './apps.ts'
import { answerJson, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { refuseDeadToken, requireToken } from './caller.ts'
import { GraphRefusal, permissionDenied, wrongParameter } from './graph-error.ts'
import { mintToken } from './ids.ts'
import { readList, readToken } from './parameters.ts'
import { readScenario } from './scenario.ts'
import type { InstagramToken, InstagramUser } from './state.ts'

/** https://developers.facebook.com/docs/instagram-platform/instagram-api-with-instagram-login/business-login */
export const instagramTokenEndpoints: readonly InstagramEndpoint[] = [
  { method: 'POST', hosts: ['api.instagram.com'], path: '/oauth/access_token', answer: exchangeCode },
  { method: 'GET', hosts: ['graph.instagram.com'], path: '/access_token', answer: exchangeShort },
  { method: 'GET', hosts: ['graph.instagram.com'], path: '/refresh_access_token', answer: refresh },
]

function exchangeCode(call: InstagramCall): EmulatorAnswer {
  const { parameters, settings } = call
  const { state, now, random } = call.context
  const { id, secret } = apps.instagram
  if (parameters.get('client_id') !== id) return refuseLogin('Invalid platform app')
  if (parameters.get('client_secret') !== secret) return refuseLogin('Error validating client secret.')
  if (parameters.get('grant_type') !== 'authorization_code') return refuseLogin('Invalid grant_type')
  const code = state.codes.find((one) => one.code === parameters.get('code') && one.login === 'instagram')
  if (!code || code.used || code.expiresAt <= now) {
    return refuseLogin('Matching code was not found or was already used')
  }
  if (code.redirectUri !== parameters.get('redirect_uri')) {
    return refuseLogin(
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request',
    )
  }
  code.used = true
  const token: InstagramToken = {
    token: mintToken('IGAA', random),
    kind: 'instagram_user',
    ownerId: code.ownerId,
    pageId: null,
    scopes: code.scopes,
    life: 'short',
    issuedAt: now,
    expiresAt: now + settings.shortTokenLifeMs,
    revoked: null,
  }
  state.tokens.push(token)
  const user = state.users.find((one) => one.id === code.ownerId)
  return answerExchange(call, token, user)
}

/** Its own envelope, not that of the Graph API. */
function refuseLogin(message: string): EmulatorAnswer {
  return { status: 400, json: { error_type: 'OAuthException', code: 400, error_message: message } }
}

/** Ids beyond 2^53 may come as bare numbers: written into the text, as no JavaScript number holds them. */
function answerExchange(call: InstagramCall, token: InstagramToken, user: InstagramUser | undefined): EmulatorAnswer {
  const { tokenAnswer, tokenUserId, tokenPermissions } = call.settings
  const scenario = readScenario(call)
  const isWrapped = tokenAnswer === 'wrapped' || scenario === 'wrapped_token_response'
  const isNumber = !isWrapped && (tokenUserId === 'number' || scenario === 'numeric_user_id')
  const userId = isNumber ? (user?.scopedId ?? '') : JSON.stringify(user?.scopedId ?? '')
  const asText = isWrapped || tokenPermissions === 'text'
  const granted = JSON.stringify(asText ? token.scopes.join(',') : token.scopes)
  const permissions = tokenPermissions === 'absent' ? '' : `,"permissions":${granted}`
  const flat = `{"access_token":${JSON.stringify(token.token)},"user_id":${userId}${permissions}}`
  const body = Buffer.from(isWrapped ? `{"data":[${flat}]}` : flat)
  return { status: 200, bytes: { body, type: 'application/json; charset=UTF-8' } }
}

function exchangeShort(call: InstagramCall): EmulatorAnswer {
  const { parameters, settings } = call
  const { state, now, random } = call.context
  if (parameters.get('grant_type') !== 'ig_exchange_token') throw wrongParameter('Invalid grant_type')
  if (parameters.get('client_secret') !== apps.instagram.secret) {
    throw wrongParameter('Error validating client secret.')
  }
  const token = takeToken(call)
  if (token.life !== 'short') throw wrongParameter('The access token is already long-lived')
  const long: InstagramToken = {
    ...token,
    token: mintToken('IGAA', random),
    life: 'long',
    issuedAt: now,
    expiresAt: now + settings.longTokenLifeMs,
  }
  state.tokens.push(long)
  return answerToken(call, long, {})
}

function refresh(call: InstagramCall): EmulatorAnswer {
  const { parameters, settings } = call
  const { state, now, random } = call.context
  if (parameters.get('grant_type') !== 'ig_refresh_token') throw wrongParameter('Invalid grant_type')
  const token = takeToken(call)
  if (token.life !== 'long') throw wrongParameter('Only long-lived access tokens can be refreshed')
  if (!token.scopes.includes('instagram_business_basic')) throw permissionDenied('instagram_business_basic')
  if (now - token.issuedAt < settings.refreshAgeMinMs) {
    const message = 'The access token must be at least 24 hours old to be refreshed'
    throw new GraphRefusal({ message, code: settings.youngRefreshCode })
  }
  const refreshed: InstagramToken = {
    ...token,
    token: mintToken('IGAA', random),
    issuedAt: now,
    expiresAt: now + settings.longTokenLifeMs,
  }
  if (settings.tokenAfterRefresh === 'dies') token.revoked = 0
  state.tokens.push(refreshed)
  return answerToken(call, refreshed, { permissions: refreshed.scopes.join(',') })
}

function takeToken(call: InstagramCall): InstagramToken {
  const token = requireToken(call, readToken(call.request, call.parameters) ?? '')
  if (call.context.fault?.kind === 'revoke_token') token.revoked = 458
  refuseDeadToken(token, call.context.now)
  return token
}

/** `fields` selects the keys. */
function answerToken({ parameters, settings }: InstagramCall, { token }: InstagramToken, more: object): EmulatorAnswer {
  const expiresIn = Math.floor(settings.longTokenLifeMs / 1000)
  const whole = { access_token: token, token_type: 'bearer', expires_in: expiresIn, ...more }
  const asked = readList(parameters.get('fields'))
  if (asked.length === 0) return answerJson(whole)
  return answerJson(Object.fromEntries(Object.entries(whole).filter(([name]) => asked.includes(name))))
}
