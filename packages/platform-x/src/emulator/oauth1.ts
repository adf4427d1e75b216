import { createHmac, timingSafeEqual } from 'node:crypto'
import type { EmulatorRequest } from '@ofm-social/core/testing'
import type { XApp, XState, XUser } from './state.ts'

/** The values of `Authorization: OAuth …`, decoded. */
export type OAuth1Header = ReadonlyMap<string, string>

/** The user that signed a request with OAuth 1.0a, or undefined when the signature, a key or the token is wrong. */
export function findSigner(request: EmulatorRequest, { app, users }: XState): XUser | undefined {
  const header = readOAuth1Header(request)
  const user = users.find(({ oauth1 }) => oauth1.accessToken === header.get('oauth_token'))
  if (!user || user.oauth1Revoked) return undefined
  return isSigned(request, header, { app, tokenSecret: user.oauth1.accessSecret }) ? user : undefined
}

export function readOAuth1Header({ headers }: EmulatorRequest): OAuth1Header {
  const pairs = [...(headers.get('authorization') ?? '').matchAll(/([a-z_]+)="([^"]*)"/g)]
  return new Map(pairs.map(([, name = '', value = '']) => [name, decode(value)]))
}

/**
 * True when the app signed a request, and the holder of the token secret; of no token it is empty.
 * https://docs.x.com/fundamentals/authentication/oauth-1-0a/creating-a-signature. The timestamp is not compared: clients stamp by their own
 * clock, and the emulator's is often another one.
 */
export function isSigned(
  request: EmulatorRequest,
  header: OAuth1Header,
  { app, tokenSecret }: { readonly app: XApp; readonly tokenSecret: string },
): boolean {
  if (header.get('oauth_consumer_key') !== app.apiKey) return false
  if (header.get('oauth_signature_method') !== 'HMAC-SHA1') return false
  if (!header.get('oauth_nonce') || !header.get('oauth_timestamp')) return false
  const given = Buffer.from(header.get('oauth_signature') ?? '', 'base64')
  const key = `${encode(app.apiSecret)}&${encode(tokenSecret)}`
  return listBaseStrings(request, header).some((text) => {
    const expected = createHmac('sha1', key).update(text).digest()
    return expected.length === given.length && timingSafeEqual(expected, given)
  })
}

/** A client signs the address that it believes to call: X's, or the emulator's. */
function listOrigins({ headers, url }: EmulatorRequest): readonly string[] {
  const host = headers.get('host') ?? url.host
  return [`https://${host}`, `http://${host}`, 'https://api.x.com', 'https://api.twitter.com']
}

/**
 * Signed are the `oauth_` values, the query, and the body where it is a form. What stands in the header and in the form alike is signed once by
 * some clients, twice by others.
 */
function listBaseStrings(request: EmulatorRequest, header: OAuth1Header): readonly string[] {
  const oauth = [...header].filter(([name]) => name.startsWith('oauth_') && name !== 'oauth_signature')
  const pairs = [...oauth, ...request.url.searchParams, ...request.urlencoded]
    .map(([name, value]) => [encode(name), encode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
  return listOrigins(request).flatMap((origin) =>
    [pairs, [...new Set(pairs)]].map((signed) =>
      [request.method.toUpperCase(), encode(origin + request.path), encode(signed.join('&'))].join('&'),
    ),
  )
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
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
