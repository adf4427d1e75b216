import type { InstagramCall } from './call.ts'
import { GraphRefusal, missingObject, permissionDenied } from './graph-error.ts'
import type { InstagramHost } from './host.ts'
import { readToken } from './parameters.ts'
import { type Permission, permissions } from './scopes.ts'
import type { FacebookPage, InstagramLogin, InstagramState, InstagramToken, InstagramUser } from './state.ts'

/** Who calls: a token that lives. */
export interface Caller {
  readonly token: InstagramToken
  readonly login: InstagramLogin
}

const messages: Readonly<Record<number, string>> = {
  458: 'Error validating access token: The user has not authorized application.',
  459: 'Error validating access token: You cannot access the app till you log in to www.facebook.com and follow the instructions given.',
  460: 'Error validating access token: The session has been invalidated because the user changed their password or Facebook has changed the session for security reasons.',
}

/** @throws {GraphRefusal} 2500 without a token, 190 for one that is unknown, of the other host, revoked or expired. */
export function authenticate(call: InstagramCall): Caller {
  const text = readToken(call.request, call.parameters)
  if (text === undefined) {
    const message = 'An active access token must be used to query information about the current user.'
    throw new GraphRefusal({ message, code: 2500 })
  }
  const token = requireToken(call, text)
  if (call.context.fault?.kind === 'revoke_token') token.revoked = 458
  refuseDeadToken(token, call.context.now)
  return { token, login: toLogin(token) }
}

/** Who calls, without a refusal: for counting. */
export function toCallerOrNone({ context, request, parameters }: InstagramCall): Caller | undefined {
  const text = readToken(request, parameters)
  const token = context.state.tokens.find((candidate) => candidate.token === text)
  return token && { token, login: toLogin(token) }
}

/** A token that is known on this host, dead or alive. */
export function requireToken(call: InstagramCall, text: string): InstagramToken {
  const token = call.context.state.tokens.find((candidate) => candidate.token === text)
  if (!token || !belongsTo(token, call.host)) {
    const message = 'Invalid OAuth access token - Cannot parse access token'
    throw new GraphRefusal({ message, code: 190 })
  }
  return token
}

/** @throws {GraphRefusal} 190 with the subcode of the reason. */
export function refuseDeadToken({ revoked, expiresAt, kind }: InstagramToken, now: number): void {
  if (revoked !== null) {
    const message = messages[revoked] ?? 'Error validating access token.'
    throw new GraphRefusal({ message, code: 190, ...(revoked === 0 ? {} : { subcode: revoked }) })
  }
  if (expiresAt !== null && expiresAt <= now) throw expiredToken(kind, expiresAt, now)
}

/** With Instagram Login it often comes without a subcode. */
export function expiredToken(kind: InstagramToken['kind'], expiresAt: number, now: number): GraphRefusal {
  const message = `Error validating access token: Session has expired on ${new Date(expiresAt).toUTCString()}. The current time is ${new Date(now).toUTCString()}.`
  return new GraphRefusal({ message, code: 190, ...(kind === 'instagram_user' ? {} : { subcode: 463 }) })
}

function belongsTo({ kind }: InstagramToken, host: InstagramHost): boolean {
  return host === 'graph.instagram.com' ? kind === 'instagram_user' : kind !== 'instagram_user'
}

function toLogin({ kind }: InstagramToken): InstagramLogin {
  return kind === 'instagram_user' ? 'instagram' : 'facebook'
}

/** @throws {GraphRefusal} 10 when the token lacks it. */
export function requirePermission({ token, login }: Caller, permission: Permission): void {
  const scope = permissions[permission][login]
  if (scope !== null && !token.scopes.includes(scope)) throw permissionDenied(scope)
}

/** Pages that the caller may see. */
export function listPages(state: InstagramState, { token }: Caller): readonly FacebookPage[] {
  if (token.kind === 'page') return state.pages.filter(({ id }) => id === token.pageId)
  return state.pages.filter(({ ownerId }) => ownerId === token.ownerId)
}

/** Accounts that the caller may act for. */
export function listAccounts(state: InstagramState, caller: Caller): readonly InstagramUser[] {
  if (caller.login === 'instagram') return state.users.filter(({ id }) => id === caller.token.ownerId)
  const linked = listPages(state, caller).map(({ accountId }) => accountId)
  return state.users.filter(({ id }) => linked.includes(id))
}

/** The account that `{ig}` in a path means; undefined when it means none of the caller's. */
export function findAccount(call: InstagramCall, caller: Caller, id: string): InstagramUser | undefined {
  const accounts = listAccounts(call.context.state, caller)
  if (id === 'me') return caller.login === 'instagram' ? accounts[0] : undefined
  return accounts.find((user) => user.id === id || (caller.login === 'instagram' && user.scopedId === id))
}

/** @throws {GraphRefusal} 803 for a name, 100/33 for an id that is none of the caller's; the refusals of an account in trouble. */
export function requireAccount(call: InstagramCall, caller: Caller, id = call.ids.id ?? ''): InstagramUser {
  const user = findAccount(call, caller, id)
  if (!user) throw /^\d+$|^me$/.test(id) ? missingObject(id, call.request.method) : unknownAlias(id)
  const trouble = call.settings.accountStates[user.username]
  if (trouble === 'checkpointed') {
    throw new GraphRefusal({ message: messages[459] ?? '', code: 190, subcode: 459 })
  }
  if (trouble === 'restricted') throw restrictedAccount()
  return user
}

export function unknownAlias(name: string): GraphRefusal {
  const message = `(#803) Cannot query users by their username (${name})`
  return new GraphRefusal({ message, code: 803, status: 404 })
}

export function restrictedAccount(): GraphRefusal {
  return new GraphRefusal({
    message: 'The user is not an Instagram Business account',
    code: 25,
    subcode: 2207050,
    title: 'Restricted account',
    userMessage: 'The Instagram account is restricted. Please log in to the Instagram app.',
  })
}
