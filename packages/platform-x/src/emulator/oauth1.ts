import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EmulatorRequest } from '@ofm-social/core/testing'
import type { XState, XUser } from './state.ts'

/**
 * The user that signed a request with OAuth 1.0a, or undefined when the signature, a key or the token is wrong.
 * https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature. The timestamp is not compared: clients stamp by their own
 * clock, and the emulator's is often another one.
 */
export function findSigner(request: EmulatorRequest, { app, users }: XState): XUser | undefined {
  const header = parseHeader(request.headers.get('authorization') ?? '')
  const user = users.find(({ oauth1 }) => oauth1.accessToken === header.get('oauth_token'))
  if (!user || user.oauth1Revoked || header.get('oauth_consumer_key') !== app.apiKey) return undefined
  if (header.get('oauth_signature_method') !== 'HMAC-SHA1') return undefined
  if (!header.get('oauth_nonce') || !header.get('oauth_timestamp')) return undefined
  const given = Buffer.from(header.get('oauth_signature') ?? '', 'base64')
  const key = `${encode(app.apiSecret)}&${encode(user.oauth1.accessSecret)}`
  const isSigned = listOrigins(request).some((origin) => {
    const expected = createHmac('sha1', key)
      .update(toBaseString(request, origin, header))
      .digest()
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
  return isSigned ? user : undefined
}

/** A client signs the address that it believes to call: X's, or the emulator's. */
function listOrigins({ headers, url }: EmulatorRequest): readonly string[] {
  const host = headers.get('host') ?? url.host
  return [`https://${host}`, `http://${host}`, 'https://api.x.com', 'https://api.twitter.com']
}

/** Signed are the `oauth_` values, the query, and the body where it is a form. */
function toBaseString(request: EmulatorRequest, origin: string, header: ReadonlyMap<string, string>): string {
  const oauth = [...header].filter(([name]) => name.startsWith('oauth_') && name !== 'oauth_signature')
  const pairs = [...oauth, ...request.url.searchParams, ...request.urlencoded]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
  return [request.method.toUpperCase(), encode(origin + request.path), encode(pairs.join('&'))].join('&')
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function parseHeader(header: string): ReadonlyMap<string, string> {
  const pairs = [...header.matchAll(/([a-z_]+)="([^"]*)"/g)]
  return new Map(pairs.map(([, name = '', value = '']) => [name, decode(value)]))
}

function decode(value: string): string {
  try {
    return decodeURIComponent(value)
  } catch {
    return value
  }
}

function encode(value: string): string {
  return encodeURIComponent(value).replace(/[!*'()]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`)
}
