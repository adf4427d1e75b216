import type { AppCredentials, CallContext } from '../platform/call-context.ts'
import { PlatformError } from '../platform/platform-error.ts'
import type { OAuthContext } from '../platform/platform-oauth.ts'
import type { HttpRequest } from './json-client.ts'

/** How a request says who it speaks for. */
export type Auth = NonNullable<HttpRequest<unknown>['auth']>

/** Whether there is an account behind a context. */
export function isCallContext(context: CallContext | OAuthContext): context is CallContext {
  return 'accessToken' in context
}

/** The request's own choice; else the account's token where there is an account. */
export function toAuth(request: HttpRequest<unknown>): Auth {
  return request.auth ?? (isCallContext(request.context) ? 'bearer' : 'none')
}

/**
 * Collects headers, in lower case; the request's own win over those of the client and the body.
 *
 * @throws what `accessToken()` throws, and `misconfigured` when basic authentication lacks the app's secret.
 */
export async function toRequestHeaders(
  request: HttpRequest<unknown>,
  auth: Auth,
  base: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  const own = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
  const authorization = await toAuthorization(request.context, auth)
  return {
    accept: 'application/json',
    ...base,
    ...(authorization === undefined ? {} : { authorization }),
    ...Object.fromEntries(own),
  }
}

async function toAuthorization(context: CallContext | OAuthContext, auth: Auth): Promise<string | undefined> {
  if (auth === 'none') return undefined
  if (auth === 'basic') return toBasic(context.app)
  if (!isCallContext(context)) throw new TypeError('auth "bearer" needs an account; OAuth calls have none.')
  return `Bearer ${(await context.accessToken()).reveal()}`
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function toBasic(app: AppCredentials): string {
  if (!app.clientSecret) throw new PlatformError({ code: 'misconfigured', message: 'The app has no client secret.' })
  const pair = `${encodeURIComponent(app.clientId)}:${encodeURIComponent(app.clientSecret.reveal())}`
  return `Basic ${Buffer.from(pair).toString('base64')}`
}
