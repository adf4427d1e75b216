import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { apps, findAppByToken } from './apps.ts'
import { answerJson, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, refuseDeadToken, requireToken } from './caller.ts'
import { GraphRefusal, wrongParameter } from './graph-error.ts'
import { mintToken } from './ids.ts'
import { readToken } from './parameters.ts'
import type { InstagramToken } from './state.ts'

const hosts = ['graph.facebook.com'] as const
const path = '/oauth/access_token'

/** https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow */
export const facebookTokenEndpoints: readonly InstagramEndpoint[] = [
  { method: 'GET', hosts, path, answer: answerTokenCall },
  { method: 'POST', hosts, path, answer: answerTokenCall },
  { method: 'GET', hosts, path: '/debug_token', answer: debugToken },
  { method: 'GET', hosts: ['graph.instagram.com'], path: '/debug_token', answer: refuseDebug },
]

function answerTokenCall(call: InstagramCall): EmulatorAnswer {
  const app = readClient(call)
  if (app.id !== apps.facebook.id) {
    throw new GraphRefusal({ message: 'Error validating application. Cannot get application info.', code: 101 })
  }
  if (app.secret !== apps.facebook.secret) {
    throw new GraphRefusal({ message: 'Error validating client secret.', code: 1 })
  }
  switch (call.parameters.get('grant_type')) {
    case 'fb_exchange_token':
      return exchangeToken(call)
    case 'client_credentials':
      return answerJson({ access_token: `${apps.facebook.id}|${apps.facebook.secret}`, token_type: 'bearer' })
    default:
      return exchangeCode(call)
  }
}

/** Parameters, or HTTP Basic as OAuth libraries send it. */
function readClient({ request, parameters }: InstagramCall): { id: string; secret: string } {
  const basic = /^Basic\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  const [id = '', secret = ''] = Buffer.from(basic ?? '', 'base64')
    .toString()
    .split(':')
  return { id: parameters.get('client_id') ?? id, secret: parameters.get('client_secret') ?? secret }
}

function exchangeCode(call: InstagramCall): EmulatorAnswer {
  const { parameters, settings } = call
  const { state, now, random } = call.context
  const code = state.codes.find((one) => one.code === parameters.get('code') && one.login === 'facebook')
  if (!code) throw new GraphRefusal({ message: 'Invalid verification code format.', code: 100 })
  if (code.used) throw wrongCode('This authorization code has been used.', 36009)
  if (code.expiresAt <= now) throw wrongCode('This authorization code has expired.', 36007)
  if (code.redirectUri !== parameters.get('redirect_uri')) {
    const message =
      'Error validating verification code. Please make sure your redirect_uri is identical to the one you used in the OAuth dialog request'
    throw wrongCode(message, 36008)
  }
  code.used = true
  const token: InstagramToken = {
    token: mintToken('EAA', random),
    kind: 'facebook_user',
    ownerId: code.ownerId,
    pageId: null,
    scopes: code.scopes,
    life: 'short',
    issuedAt: now,
    expiresAt: now + settings.shortTokenLifeMs,
    revoked: null,
  }
  state.tokens.push(token)
  return answerToken(token.token, settings.shortTokenLifeMs)
}

function wrongCode(message: string, subcode: number): GraphRefusal {
  return new GraphRefusal({ message, code: 100, subcode })
}

/** A short token, or a long one that lives, becomes a long one. */
function exchangeToken(call: InstagramCall): EmulatorAnswer {
  const { parameters, settings } = call
  const { state, now, random } = call.context
  const given = parameters.get('fb_exchange_token')
  if (!given) throw wrongParameter('fb_exchange_token parameter not specified')
  const token = requireToken(call, given)
  if (call.context.fault?.kind === 'revoke_token') token.revoked = 458
  refuseDeadToken(token, now)
  const long: InstagramToken = {
    ...token,
    token: mintToken('EAA', random),
    life: 'long',
    issuedAt: now,
    expiresAt: token.kind === 'page' ? null : now + settings.longTokenLifeMs,
  }
  state.tokens.push(long)
  return answerToken(long.token, settings.longTokenLifeMs)
}

function answerToken(token: string, lifeMs: number): EmulatorAnswer {
  return answerJson({ access_token: token, token_type: 'bearer', expires_in: Math.floor(lifeMs / 1000) })
}

/** https://developers.facebook.com/docs/graph-api/reference/debug_token/ */
function debugToken(call: InstagramCall): EmulatorAnswer {
  const { parameters, context } = call
  if (!findAppByToken(readToken(call.request, parameters) ?? '')) authenticate(call)
  const token = context.state.tokens.find((one) => one.token === parameters.get('input_token'))
  if (!token || token.kind === 'instagram_user') {
    const error = { code: 190, message: 'Invalid OAuth access token.' }
    return answerJson({ data: { is_valid: false, error, scopes: [] } })
  }
  const { now, state } = context
  const isValid = token.revoked === null && (token.expiresAt === null || token.expiresAt > now)
  const targets = state.pages.filter(({ ownerId }) => ownerId === token.ownerId).flatMap((one) => one.accountId ?? [])
  const isOfInstagram = (scope: string) => scope.startsWith('instagram_')
  return answerJson({
    data: {
      app_id: apps.facebook.id,
      type: token.kind === 'page' ? 'PAGE' : 'USER',
      application: 'Emulated app',
      is_valid: isValid,
      issued_at: Math.floor(token.issuedAt / 1000),
      expires_at: token.expiresAt === null ? 0 : Math.floor(token.expiresAt / 1000),
      data_access_expires_at: Math.floor((token.issuedAt + dataAccessMs) / 1000),
      scopes: token.scopes,
      granular_scopes: token.scopes.filter(isOfInstagram).map((scope) => ({ scope, target_ids: targets })),
      user_id: token.ownerId,
      ...(token.pageId === null ? {} : { profile_id: token.pageId }),
    },
  })
}

/** Seen once; it is not documented for tokens of Instagram Login. */
function refuseDebug(): EmulatorAnswer {
  const message = '(#2) Service temporarily unavailable'
  throw new GraphRefusal({ message, code: 2, status: 500, isTransient: true })
}

const dataAccessMs = 90 * 86_400_000
