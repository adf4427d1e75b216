import type { EmulatorAnswer, EmulatorContext } from '@ofm-social/core/testing'
import { addGrant, answerTokens } from './grants.ts'
import { answerOAuthError } from './oauth-answers.ts'
import { countCall } from './rate-limits.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

const readScopes = [
  'tweet.read users.read follows.read mute.read block.read list.read like.read timeline.read broadcast.read',
].flatMap((line) => line.split(' '))
const writeScopes = [
  'tweet.write tweet.moderate.write follows.write like.write list.write mute.write block.write media.write',
  'broadcast.write',
].flatMap((line) => line.split(' '))

/** Tokens of OAuth 2.0 for those of OAuth 1.0a, which live on: https://docs.x.com/fundamentals/authentication/oauth-2-0/oauth-1-0a-token-exchange */
export function exchangeOAuth1(
  fields: ReadonlyMap<string, string>,
  context: EmulatorContext<XState>,
  settings: XSettings,
): EmulatorAnswer {
  const { state, now } = context
  const caller = { endpoint: 'POST /2/oauth2/token', userId: null }
  if (countCall(state, settings, caller, now).isExceeded) {
    return answerOAuthError(429, 'rate_limited', 'Too many requests.')
  }
  if (fields.get('subject_token_type') !== 'urn:x:params:oauth:token-type:oauth1_token') {
    return answerOAuthError(400, 'invalid_request', 'Value passed for the subject token type was invalid.')
  }
  const user = state.users.find(({ oauth1 }) => oauth1.accessToken === fields.get('subject_token'))
  const isTheirs = user && !user.oauth1Revoked && user.oauth1.accessSecret === fields.get('oauth_token_secret')
  if (!isTheirs || settings.oauth1 === 'ended') {
    return answerOAuthError(400, 'invalid_grant', 'Value passed for the subject token was invalid.')
  }
  const mayWrite = settings.appPermissions === 'read_write' && user.oauth1.access === 'read-write'
  const grantable = [...readScopes, ...(mayWrite ? writeScopes : []), 'offline.access']
  const asked = (fields.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
  const unknown = asked.filter((scope) => !grantable.includes(scope))
  if (unknown.length > 0) return answerOAuthError(400, 'invalid_scope', `Not to be granted: ${unknown.join(' ')}`)
  // There always is a refresh token, asked for or not.
  const scopes = asked.length === 0 ? grantable : [...new Set([...asked, 'offline.access'])]
  return answerTokens(addGrant(context, settings, { userId: user.id, scopes, isExchanged: true }), settings)
}
