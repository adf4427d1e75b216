import {
  type EmulatorAnswer,
  type EmulatorContext,
  type EmulatorRequest,
  type EmulatorRoute,
  escapeHtml,
  renderPage,
} from '@ofm-social/core/testing'
import { listAccountButtons } from './login-page.ts'
import { isSigned, readOAuth1Header } from './oauth1.ts'
import { answerBlank, answerCode } from './problems.ts'
import type { XRequestToken, XState, XUser } from './state.ts'
import type { XSettings } from './switches.ts'

type Context = EmulatorContext<XState>
type Answer = (request: EmulatorRequest, context: Context, settings: XSettings) => EmulatorAnswer

const couldNotAuthenticate = answerCode(401, 32, 'Could not authenticate you.')
const pages = ['/oauth/authorize', '/oauth/authenticate']

/** Login with OAuth 1.0a in three legs: https://docs.x.com/fundamentals/authentication/oauth-1-0a/obtaining-user-access-tokens */
export function listOAuth1Routes(readSettings: () => XSettings): readonly EmulatorRoute<XState>[] {
  const route = (method: string, path: string, answer: Answer): EmulatorRoute<XState> => ({
    method,
    path,
    answer(request, context) {
      const settings = readSettings()
      return settings.oauth1 === 'ended' ? answerBlank(404, 'Not Found') : answer(request, context, settings)
    },
  })
  return [
    route('POST', '/oauth/request_token', answerRequestToken),
    ...pages.flatMap((path) => [route('GET', path, showLogin), route('POST', path, decide)]),
    route('POST', '/oauth/access_token', answerAccessToken),
    route('POST', '/1.1/oauth/invalidate_token', invalidateToken),
  ]
}

/** The callback may stand in the header, the form or the query. */
function answerRequestToken(request: EmulatorRequest, { state, random }: Context, settings: XSettings): EmulatorAnswer {
  const header = readOAuth1Header(request)
  if (!isSigned(request, header, { app: state.app, tokenSecret: '' })) return couldNotAuthenticate
  const read = (name: string) => header.get(name) ?? request.urlencoded.get(name) ?? request.url.searchParams.get(name)
  const callback = read('oauth_callback') ?? ''
  if (callback !== 'oob' && !state.app.redirectUris.includes(callback)) return callbackNotApproved
  const isReading = settings.appPermissions === 'read' || read('x_auth_access_type') === 'read'
  const made: XRequestToken = {
    token: mintText(random, 20),
    secret: mintText(random, 24),
    callback,
    access: isReading ? 'read' : 'read-write',
    userId: null,
    verifier: null,
    isUsed: false,
  }
  state.requestTokens.push(made)
  return answerForm({ oauth_token: made.token, oauth_token_secret: made.secret, oauth_callback_confirmed: 'true' })
}

function showLogin({ url, path }: EmulatorRequest, { state }: Context): EmulatorAnswer {
  const found = findRequestToken(state, url.searchParams.get('oauth_token'))
  if (!found || found.userId !== null) return wrongRequestToken
  const form = [
    `<form method="post" action="${path}">`,
    `<input type="hidden" name="oauth_token" value="${escapeHtml(found.token)}">`,
    ...listAccountButtons(state.users),
    '</form>',
  ]
  const asked = found.access === 'read' ? 'read' : 'read and write'
  return { status: 200, html: renderPage('Authorize app', `<p>The app asks to ${asked}.</p>\n${form.join('\n')}`) }
}

function decide({ urlencoded }: EmulatorRequest, { state, random }: Context): EmulatorAnswer {
  const found = findRequestToken(state, urlencoded.get('oauth_token'))
  if (!found || found.userId !== null) return wrongRequestToken
  const user = state.users.find(({ id }) => id === urlencoded.get('account'))
  if (!user) {
    found.isUsed = true
    return sendBack(found, { denied: found.token })
  }
  found.userId = user.id
  const isTyped = found.callback === 'oob'
  found.verifier = isTyped ? mintPin(random) : mintText(random, 24)
  return sendBack(found, { oauth_token: found.token, oauth_verifier: found.verifier })
}

/** Without a callback the person reads a PIN, to type it in the app. */
function sendBack({ callback, verifier }: XRequestToken, fields: Readonly<Record<string, string>>): EmulatorAnswer {
  if (callback === 'oob') {
    const html = verifier === null ? '<p>You did not authorize the app.</p>' : `<p>PIN: <code>${verifier}</code></p>`
    return { status: 200, html: renderPage('Authorize app', html) }
  }
  const back = new URL(callback)
  for (const [name, value] of Object.entries(fields)) back.searchParams.set(name, value)
  return { status: 302, headers: { location: back.href } }
}

function answerAccessToken(request: EmulatorRequest, { state, random }: Context): EmulatorAnswer {
  const header = readOAuth1Header(request)
  const found = findRequestToken(state, header.get('oauth_token') ?? request.urlencoded.get('oauth_token'))
  if (!found || !isSigned(request, header, { app: state.app, tokenSecret: found.secret })) return couldNotAuthenticate
  const verifier = header.get('oauth_verifier') ?? request.urlencoded.get('oauth_verifier')
  const user = state.users.find(({ id }) => id === found.userId)
  if (!user || verifier !== found.verifier) {
    return { status: 401, text: 'Error processing your OAuth request: Invalid oauth_verifier parameter' }
  }
  found.isUsed = true
  renewTokens(user, found, random)
  const { accessToken, accessSecret } = user.oauth1
  const fields = { oauth_token: accessToken, oauth_token_secret: accessSecret, user_id: user.id }
  return answerForm({ ...fields, screen_name: user.username })
}

/** Tokens stay what they are while they live and allow what was given now. */
function renewTokens(user: XUser, { access }: XRequestToken, random: Context['random']): void {
  if (user.oauth1Revoked || user.oauth1.access !== access) {
    user.oauth1 = { accessToken: `${user.id}-${mintText(random, 30)}`, accessSecret: mintText(random, 34), access }
  }
  user.oauth1Revoked = false
}

function invalidateToken(request: EmulatorRequest, { state }: Context): EmulatorAnswer {
  const header = readOAuth1Header(request)
  const user = state.users.find(({ oauth1 }) => oauth1.accessToken === header.get('oauth_token'))
  const isTheirs = user && !user.oauth1Revoked
  if (!isTheirs || !isSigned(request, header, { app: state.app, tokenSecret: user.oauth1.accessSecret })) {
    return answerCode(401, 89, 'Invalid or expired token.')
  }
  user.oauth1Revoked = true
  return { status: 200, json: { access_token: user.oauth1.accessToken } }
}

function findRequestToken({ requestTokens }: XState, wanted: string | null): XRequestToken | undefined {
  return requestTokens.find(({ token, isUsed }) => token === wanted && !isUsed)
}

function mintText(random: Context['random'], length: number): string {
  return Buffer.from(random(length)).toString('base64url')
}

function mintPin(random: Context['random']): string {
  return String(Buffer.from(random(4)).readUInt32BE() % 10_000_000).padStart(7, '0')
}

/** Answers of this protocol are forms, and call themselves pages. */
function answerForm(fields: Readonly<Record<string, string>>): EmulatorAnswer {
  const headers = { 'content-type': 'text/html;charset=utf-8' }
  return { status: 200, text: new URLSearchParams(fields).toString(), headers }
}

const callbackNotApproved: EmulatorAnswer = {
  status: 403,
  text: "<?xml version='1.0' encoding='UTF-8'?><errors><error code=\"415\">Callback URL not approved for this client application. Approved callback URLs can be adjusted in your application settings</error></errors>",
  headers: { 'content-type': 'application/xml;charset=utf-8' },
}

const wrongRequestToken: EmulatorAnswer = {
  status: 400,
  html: renderPage('Whoa there!', '<p>The request token for this page is invalid, or it was used already.</p>'),
}
