import { createHash } from 'node:crypto'
import type { EmulatorContext, EmulatorDefinition, EmulatorRequest } from '../../emulator/emulator-definition.ts'
import { escapeHtml, renderPage } from '../../emulator/html-page.ts'
import { startEmulator } from '../../emulator/start-emulator.ts'

interface Grant {
  accountId: string
  accessToken: string
  refreshToken: string
}

interface Post {
  id: string
  accountId: string
  text: string
  media: string[]
  parent: string | null
  at: number
  removedAt: number | null
}

interface Board {
  accounts: { id: string; username: string }[]
  grants: Grant[]
  codes: Record<string, { accountId: string; challenge: string }>
  media: Record<string, { sha256: string; readyAt: number }>
  posts: Post[]
  issued: number
}

type Context = EmulatorContext<Board>

const clientSecret = 'secret-of-the-board-app'

/** A small platform that has everything optional: login, uploads that process, slow posts with jobs, listings, removal. */
export function startBoard(options: { readonly now: () => number }) {
  return startEmulator(board, options)
}

const board: EmulatorDefinition<Board> = {
  platform: 'board',
  seed: () => ({
    accounts: [
      { id: 'u1', username: 'ada' },
      { id: 'u2', username: 'bea' },
    ],
    grants: ['u1', 'u2'].map((accountId) => ({
      accountId,
      accessToken: `access-token-of-${accountId}`,
      refreshToken: `refresh-token-of-${accountId}`,
    })),
    codes: {},
    media: {},
    posts: [],
    issued: 0,
  }),
  before: (request, context) =>
    request.path.startsWith('/oauth/') || findGrant(request, context) ? undefined : { status: 401, json: {} },
  routes: [
    { method: 'GET', path: '/oauth/authorize', answer: showLogin },
    { method: 'POST', path: '/oauth/authorize', answer: logIn },
    { method: 'POST', path: '/oauth/token', answer: giveTokens },
    {
      method: 'POST',
      path: '/oauth/revoke',
      answer({ urlencoded }, { state }) {
        state.grants = state.grants.filter(({ refreshToken }) => refreshToken !== urlencoded.get('token'))
        return { status: 200, json: {} }
      },
    },
    { method: 'GET', path: '/me', answer: (request, context) => ({ status: 200, json: readMe(request, context) }) },
    { method: 'GET', path: '/accounts', answer: (_, { state }) => ({ status: 200, json: state.accounts }) },
    { method: 'POST', path: '/subscriptions', answer: () => ({ status: 200, json: {} }) },
    {
      method: 'POST',
      path: '/media',
      answer({ form }, { state, blobs, now, fault }) {
        const file = form.get('file')
        if (typeof file !== 'object') return { status: 400, json: {} }
        const id = `m${Object.keys(state.media).length + 1}`
        const processingMs = fault?.kind === 'slow_processing' ? fault.ms : 1000
        state.media[id] = { sha256: blobs.put(file.bytes), readyAt: now + processingMs }
        return { status: 201, json: { id } }
      },
    },
    {
      method: 'GET',
      path: '/media/:id',
      answer: ({ params }, { state, now }) => ({
        status: 200,
        json: { ready: (state.media[params.id ?? '']?.readyAt ?? Number.POSITIVE_INFINITY) <= now },
      }),
    },
    { method: 'POST', path: '/posts', answer: takePost },
    {
      method: 'GET',
      path: '/posts',
      answer(request, context) {
        const accountId = request.url.searchParams.get('account')
        const found = context.state.posts.filter((one) => !one.removedAt && (!accountId || one.accountId === accountId))
        return { status: 200, json: found.map(({ id, text, at }) => ({ id, text, at })) }
      },
    },
    {
      method: 'GET',
      path: '/jobs/:id',
      answer({ params }, { state, now }) {
        const post = state.posts.find(({ id }) => id === params.id)
        return { status: post ? 200 : 404, json: { id: post && post.at + 5000 <= now ? post.id : null } }
      },
    },
    {
      method: 'GET',
      path: '/posts/:id/likes',
      answer({ params }, { state }) {
        const post = state.posts.find(({ id, removedAt }) => id === params.id && removedAt === null)
        return post ? { status: 200, json: { likes: post.text.length } } : { status: 404, json: {} }
      },
    },
    {
      method: 'DELETE',
      path: '/posts/:id',
      answer({ params }, { state, now }) {
        const post = state.posts.find(({ id, removedAt }) => id === params.id && removedAt === null)
        if (!post) return { status: 404, json: {} }
        post.removedAt = now
        return { status: 204 }
      },
    },
  ],
  notFound: () => ({ status: 404, json: {} }),
  credentials: ({ accounts, grants }) => ({
    app: { clientId: 'board-app', clientSecret, redirectUris: ['https://app.example/callback'] },
    accounts: accounts.map((account) => {
      const grant = grants.find(({ accountId }) => accountId === account.id)
      return { ...account, accessToken: grant?.accessToken ?? '', refreshToken: grant?.refreshToken ?? null, scopes: [] }
    }),
  }),
  posts: ({ posts, media }) =>
    posts.map((post) => ({
      id: post.id,
      accountId: post.accountId,
      kind: 'post',
      text: post.text,
      mediaSha256: post.media.map((id) => media[id]?.sha256 ?? ''),
      parentId: post.parent,
      target: null,
      visibility: 'public',
      createdAt: new Date(post.at).toISOString(),
      removedAt: post.removedAt === null ? null : new Date(post.removedAt).toISOString(),
    })),
  rateLimited: (_, __, { retryAfterMs = 60_000 }) => ({ status: 429, headers: { 'retry-after': String(retryAfterMs / 1000) } }),
}

function findGrant({ headers }: EmulatorRequest, { state, fault }: Context): Grant | undefined {
  const grant = state.grants.find(({ accessToken }) => headers.get('authorization') === `Bearer ${accessToken}`)
  if (!grant || fault?.kind !== 'revoke_token') return grant
  state.grants = state.grants.filter((other) => other !== grant)
  return undefined
}

function readMe(request: EmulatorRequest, context: Context) {
  const grant = findGrant(request, context)
  return context.state.accounts.find(({ id }) => id === grant?.accountId)
}

function takePost(request: EmulatorRequest, context: Context) {
  const { state, now } = context
  const { text = '', media = [], parent = null, account } = Object(request.json)
  const accountId = account ?? findGrant(request, context)?.accountId ?? ''
  const id = `p${state.posts.length + 1}`
  state.posts.push({ id, accountId, text, media, parent, at: now, removedAt: null })
  return text.startsWith('slow') ? { status: 202, json: { job: id } } : { status: 201, json: { id } }
}

function showLogin({ url }: EmulatorRequest, { state }: Context) {
  const hidden = [...url.searchParams].map(
    ([name, value]) => `<input type="hidden" name="${escapeHtml(name)}" value="${escapeHtml(value)}">`,
  )
  const buttons = state.accounts.map(({ id, username }) => `<button name="account" value="${id}">${username}</button>`)
  const form = `<form method="post" action="/oauth/authorize">${hidden.join('')}${buttons.join('')}</form>`
  return { status: 200, html: renderPage('Log in', form) }
}

function logIn({ urlencoded }: EmulatorRequest, { state }: Context) {
  const code = `code-${issue(state)}`
  state.codes[code] = { accountId: urlencoded.get('account') ?? '', challenge: urlencoded.get('code_challenge') ?? '' }
  const back = new URL(urlencoded.get('redirect_uri') ?? '')
  back.searchParams.set('code', code)
  back.searchParams.set('state', urlencoded.get('state') ?? '')
  return { status: 302, headers: { location: back.href } }
}

function giveTokens({ urlencoded }: EmulatorRequest, { state }: Context) {
  const code = state.codes[urlencoded.get('code') ?? '']
  const verifier = urlencoded.get('code_verifier') ?? ''
  const isProven = code?.challenge === createHash('sha256').update(verifier).digest('base64url')
  const old = state.grants.find(({ refreshToken }) => refreshToken === urlencoded.get('refresh_token'))
  const accountId = code && isProven ? code.accountId : old?.accountId
  if (!accountId) return { status: 400, json: { error: 'invalid_grant' } }
  const number = issue(state)
  const grant = { accountId, accessToken: `access-token-${number}`, refreshToken: `refresh-token-${number}` }
  state.grants = [...state.grants.filter((other) => other !== old), grant]
  return { status: 200, json: { access_token: grant.accessToken, refresh_token: grant.refreshToken } }
}

function issue(state: Board): string {
  state.issued += 1
  return createHash('sha256').update(`issue ${state.issued}`).digest('hex').slice(0, 24)
}
