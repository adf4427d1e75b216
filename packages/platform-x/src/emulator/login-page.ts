import {
  type EmulatorAnswer,
  type EmulatorContext,
  type EmulatorRoute,
  escapeHtml,
  renderPage,
} from '@ofm-social/core/testing'
import { mintToken } from './ids.ts'
import type { XState } from './state.ts'
import type { XSettings } from './switches.ts'

const scopes = [
  'tweet.read tweet.write tweet.moderate.write users.read users.email follows.read follows.write offline.access',
  'space.read mute.read mute.write like.read like.write list.read list.write block.read block.write bookmark.read',
  'bookmark.write dm.read dm.write media.write timeline.read broadcast.read broadcast.write',
].flatMap((line) => line.split(' '))

const path = '/i/oauth2/authorize'
const stateLengthMax = 500

/** The consent page, one button per account: https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code */
export function listLoginRoutes(readSettings: () => XSettings): readonly EmulatorRoute<XState>[] {
  return [
    { method: 'GET', path, answer: ({ url }, context) => showLogin(url.searchParams, context) },
    { method: 'POST', path, answer: (request, context) => decide(request.urlencoded, context, readSettings()) },
  ]
}

function showLogin(query: URLSearchParams, { state }: EmulatorContext<XState>): EmulatorAnswer {
  const problems = findProblems(query, state)
  if (problems.length > 0) return answerProblems(problems)
  const hidden = [...query].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const asked = escapeHtml(query.get('scope') ?? '')
  const form = [`<form method="post" action="${path}">`, ...hidden, ...listAccountButtons(state.users), '</form>']
  return { status: 200, html: renderPage('Authorize app', `<p>The app asks for: ${asked}</p>\n${form.join('\n')}`) }
}

/** One button per account, and one to refuse. */
export function listAccountButtons(users: XState['users']): readonly string[] {
  const buttons = users.map(
    ({ id, username }) => `<p><button name="account" value="${id}">Authorize as @${escapeHtml(username)}</button></p>`,
  )
  return [...buttons, '<p><button name="account" value="">Cancel</button></p>']
}

function decide(query: URLSearchParams, context: EmulatorContext<XState>, settings: XSettings): EmulatorAnswer {
  const { state, now } = context
  const problems = findProblems(query, state)
  if (problems.length > 0) return answerProblems(problems)
  const back = new URL(query.get('redirect_uri') ?? '')
  back.searchParams.set('state', query.get('state') ?? '')
  const user = state.users.find(({ id }) => id === query.get('account'))
  if (!user) {
    back.searchParams.set('error', 'access_denied')
    return redirect(back)
  }
  const code = mintToken('ac', now, context.random)
  state.codes.push({
    code,
    userId: user.id,
    redirectUri: query.get('redirect_uri') ?? '',
    scopes: listScopes(query),
    challenge: query.get('code_challenge') ?? '',
    challengeMethod: query.get('code_challenge_method')?.toLowerCase() === 'plain' ? 'plain' : 's256',
    expiresAt: now + settings.codeLifeMs,
    used: false,
  })
  back.searchParams.set('code', code)
  return redirect(back)
}

function findProblems(query: URLSearchParams, { app }: XState): readonly string[] {
  const problems: string[] = []
  const refuse = (isWrong: boolean, problem: string) => void (isWrong && problems.push(problem))
  const state = query.get('state') ?? ''
  const method = query.get('code_challenge_method')?.toLowerCase() ?? ''
  const challenge = query.get('code_challenge') ?? ''
  const unknown = listScopes(query).filter((scope) => !scopes.includes(scope))
  refuse(query.get('response_type') !== 'code', 'response_type must be "code"')
  refuse(query.get('client_id') !== app.clientId, 'client_id is not the id of an app')
  const isRegistered = app.redirectUris.includes(query.get('redirect_uri') ?? '')
  refuse(!isRegistered, `redirect_uri must equal a callback of the app: ${app.redirectUris.join(', ')}`)
  const isLocalhost = URL.parse(query.get('redirect_uri') ?? '')?.hostname === 'localhost'
  refuse(isLocalhost, 'redirect_uri must not be of localhost; take 127.0.0.1')
  refuse(listScopes(query).length === 0, 'scope is missing')
  refuse(unknown.length > 0, `scope has unknown values: ${unknown.join(', ')}`)
  refuse(state === '' || state.length > stateLengthMax, `state must have 1 to ${stateLengthMax} characters`)
  refuse(method !== 's256' && method !== 'plain', 'code_challenge_method must be "S256" or "plain"')
  refuse(!/^[\w.~-]{43,128}$/.test(challenge), 'code_challenge must have 43 to 128 characters')
  return problems
}

function listScopes(query: URLSearchParams): readonly string[] {
  return (query.get('scope') ?? '').split(' ').filter((scope) => scope !== '')
}

/** Nothing is sent back to an address that the app has not registered. */
function answerProblems(problems: readonly string[]): EmulatorAnswer {
  const list = problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join('\n')
  const sentence = "You weren't able to give access to the App. Go back and try logging in again."
  return { status: 400, html: renderPage('Something went wrong', `<p>${sentence}</p>\n<ul>\n${list}\n</ul>`) }
}

function redirect(url: URL): EmulatorAnswer {
  return { status: 302, headers: { location: url.href } }
}
