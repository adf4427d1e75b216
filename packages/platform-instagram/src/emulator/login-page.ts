import { type EmulatorAnswer, escapeHtml, renderPage } from '@ofm-social/core/testing'
import { apps } from './apps.ts'
import { type InstagramCall, type InstagramEndpoint, toHostUrl } from './call.ts'
import { mintToken } from './ids.ts'
import { scopes } from './scopes.ts'
import type { InstagramLogin, InstagramUser } from './state.ts'

const forms = [
  { host: 'www.instagram.com', path: '/oauth/authorize' },
  { host: 'api.instagram.com', path: '/oauth/authorize' },
  { host: 'www.facebook.com', path: '/dialog/oauth' },
] as const

/** The page where a person lets the app in: a form with a button per account. */
export const loginEndpoints: readonly InstagramEndpoint[] = forms.flatMap(({ host, path }) => [
  { method: 'GET', hosts: [host], path, answer: showLogin },
  { method: 'POST', hosts: [host], path, answer: decide },
])

function toLogin({ host }: InstagramCall): InstagramLogin {
  return host === 'www.facebook.com' ? 'facebook' : 'instagram'
}

function showLogin(call: InstagramCall): EmulatorAnswer {
  const { parameters } = call
  const problems = findProblems(call)
  if (problems.length > 0) return answerProblems(problems)
  const hidden = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const buttons = call.context.state.users.filter(({ login }) => login === toLogin(call)).map(renderButton(call))
  const version = call.host === 'www.facebook.com' ? `/${call.version}` : ''
  const form = [
    `<form method="post" action="${escapeHtml(`${toHostUrl(call, call.host)}${version}${call.path}`)}">`,
    ...hidden,
    ...buttons,
    '<p><button name="account" value="">Cancel</button></p>',
    '</form>',
  ]
  const asked = escapeHtml(listScopes(call).join(', '))
  const title = toLogin(call) === 'facebook' ? 'Log in with Facebook' : 'Log in with Instagram'
  return { status: 200, html: renderPage(title, `<p>The app asks for: ${asked}</p>\n${form.join('\n')}`) }
}

/** Several accounts may be of one person at Facebook: whichever button is pressed, the app then reaches all of theirs. */
function renderButton({ context }: InstagramCall) {
  const { pages, facebookUsers } = context.state
  return ({ id, username }: InstagramUser): string => {
    const ownerId = pages.find(({ accountId }) => accountId === id)?.ownerId
    const owner = facebookUsers.find((person) => person.id === ownerId)
    const named = owner ? ` (${escapeHtml(owner.name)})` : ''
    return `<p><button name="account" value="${id}">Allow as @${escapeHtml(username)}</button>${named}</p>`
  }
}

function decide(call: InstagramCall): EmulatorAnswer {
  const problems = findProblems(call)
  if (problems.length > 0) return answerProblems(problems)
  const { parameters, settings } = call
  const { state, now, random } = call.context
  const login = toLogin(call)
  const redirectUri = parameters.get('redirect_uri') ?? ''
  const back = new URL(redirectUri)
  const user = state.users.find((one) => one.id === parameters.get('account') && one.login === login)
  if (user) {
    const code = mintToken('EAA', random).replace('EAA', 'AQB')
    const page = state.pages.find(({ accountId }) => accountId === user.id)
    const granted = listScopes(call).filter((scope) => !settings.declinedScopes.includes(scope))
    state.codes.push({
      code,
      login,
      ownerId: login === 'instagram' ? user.id : (page?.ownerId ?? ''),
      redirectUri,
      scopes: login === 'facebook' ? [...new Set([...granted, 'public_profile'])] : granted,
      expiresAt: now + settings.codeLifeMs,
      used: false,
    })
    back.searchParams.set('code', code)
  } else {
    back.searchParams.set('error', 'access_denied')
    back.searchParams.set('error_reason', 'user_denied')
    back.searchParams.set('error_description', 'The user denied your request')
  }
  const given = parameters.get('state')
  if (given !== undefined) back.searchParams.set('state', given)
  if (user) back.hash = login === 'instagram' ? '_' : '_=_'
  return { status: 302, headers: { location: back.href } }
}

function listScopes(call: InstagramCall): readonly string[] {
  const { parameters } = call
  const named = (parameters.get('scope') ?? '').split(/[\s,]+/).filter((scope) => scope !== '')
  return named.length === 0 && parameters.has('config_id') ? scopes.facebook : named
}

function findProblems(call: InstagramCall): readonly string[] {
  const { parameters } = call
  const login = toLogin(call)
  const problems: string[] = []
  const refuse = (isWrong: boolean, problem: string) => void (isWrong && problems.push(problem))
  const asked = listScopes(call)
  const unknown = asked.filter((scope) => !scopes[login].includes(scope))
  const isCode = (parameters.get('response_type') ?? (login === 'facebook' ? 'code' : '')) === 'code'
  refuse(parameters.get('client_id') !== apps[login].id, 'Invalid platform app: client_id is not the id of this app')
  refuse(!URL.canParse(parameters.get('redirect_uri') ?? ''), 'Invalid redirect_uri')
  refuse(!isCode, 'response_type must be "code"')
  refuse(unknown.length > 0, `Invalid Scopes: ${unknown.join(', ')}`)
  refuse(login === 'instagram' && !asked.includes('instagram_business_basic'), 'scope needs instagram_business_basic')
  return problems
}

/** Nothing is sent back to an address that came with a wrong request. */
function answerProblems(problems: readonly string[]): EmulatorAnswer {
  const list = problems.map((problem) => `<li>${escapeHtml(problem)}</li>`).join('\n')
  return { status: 400, html: renderPage('Invalid request', `<ul>\n${list}\n</ul>`) }
}
