import type { EmulatorRequest } from '@ofm-social/core/testing'
import { findSigner } from './oauth1.ts'
import type { XGrant, XState, XUser } from './state.ts'

/** Whose request it is. */
export type Authentication =
  | { readonly kind: 'oauth2_user'; readonly user: XUser; readonly grant: XGrant }
  | { readonly kind: 'oauth1_user'; readonly user: XUser }
  | { readonly kind: 'app' }
  | { readonly kind: 'unknown' }
  /** OAuth 1.0a, refused in its own shape. */
  | { readonly kind: 'unsigned' }

/** Reads the three header forms: https://docs.x.com/fundamentals/authentication/api-reference */
export function authenticate(request: EmulatorRequest, state: XState, now: number): Authentication {
  const header = request.headers.get('authorization') ?? ''
  if (/^OAuth /i.test(header)) {
    const user = findSigner(request, state)
    return user ? { kind: 'oauth1_user', user } : { kind: 'unsigned' }
  }
  const token = /^Bearer (.+)$/i.exec(header)?.[1]
  if (token === undefined) return { kind: 'unknown' }
  if (token === state.app.bearerToken) return { kind: 'app' }
  const grant = state.grants.find(({ accessToken, revoked }) => accessToken === token && !revoked)
  const user = state.users.find(({ id }) => id === grant?.userId)
  return grant && user && grant.accessExpiresAt > now ? { kind: 'oauth2_user', user, grant } : { kind: 'unknown' }
}
