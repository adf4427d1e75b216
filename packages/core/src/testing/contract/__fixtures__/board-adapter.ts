import * as z from 'zod'
import { createJsonClient } from '../../../http/create-json-client.ts'
import type { JsonClient } from '../../../http/json-client.ts'
import type { CallContext } from '../../../platform/call-context.ts'
import type { PlatformAdapter } from '../../../platform/platform-adapter.ts'
import { isPlatformError } from '../../../platform/platform-error.ts'
import type { PlatformOAuth, TokenSet } from '../../../platform/platform-oauth.ts'
import { Secret } from '../../../platform/secret.ts'

export interface BoardSettings {
  readonly color?: 'red' | 'green' | undefined
}

export interface BoardUploads {
  readonly ids: readonly string[]
}

export type BoardAdapter = PlatformAdapter<BoardSettings, BoardUploads>

const idAnswer = z.object({ id: z.string() })
const postAnswer = z.object({ id: z.string().optional(), job: z.string().optional() })
const jobAnswer = z.object({ id: z.string().nullable() })
const listAnswer = z.array(z.object({ id: z.string(), text: z.string(), at: z.number() }))
const likesAnswer = z.object({ likes: z.number() })
const meAnswer = z.object({ id: z.string(), username: z.string() })
const tokenAnswer = z.object({ access_token: z.string(), refresh_token: z.string() })
const settings = z.strictObject({ color: z.enum(['red', 'green']).optional() })

/** An adapter without a fault, with every optional member that a platform can have beside the others. */
export function createBoardAdapter(baseUrl: string): Required<Omit<BoardAdapter, 'listAccounts' | 'idempotentForMs' | 'settledAfterMs' | 'prepareLeadMs' | 'fetchesAssets' | 'publishTimeoutMs'>> {
  const http = createJsonClient({ baseUrl })
  const readMe = (context: CallContext) => http.get('/me', { context, answer: meAnswer })
  return {
    platform: 'board',
    displayName: 'Board',
    limits: { textLengthMax: 100, source: 'https://board.example/limits', checkedOn: '2026-11-25' },
    settings,
    lookAfterMs: [5000, 15_000],
    publishLimits: [{ name: 'posts in an hour', scope: 'account', max: 1_000, perMs: 3_600_000 }],
    oauth: createBoardOAuth(http, baseUrl),
    async readAccount(context) {
      const { id, username } = await readMe(context)
      return { externalId: id, username }
    },
    async subscribe(context) {
      await http.mutate('POST', '/subscriptions', { context })
    },
    readFacts: async (_, context) => ({ expiresAt: context.now + 60_000, username: (await readMe(context)).username }),
    checkPart: ({ text }) =>
      text.length <= 100 ? [] : [{ code: 'too_long', path: 'text', limit: 100, actual: text.length, fix: 'shorten' }],
    async prepare({ assets }, context) {
      const ids = [...(context.checkpoint?.ids ?? [])]
      for (const asset of assets.slice(ids.length)) {
        const form = { file: await context.open(asset) }
        ids.push((await http.mutate('POST', '/media', { context, form, answer: idAnswer })).id)
        await context.save({ ids }, { phase: 'uploading' })
      }
      for (const id of ids) {
        const { ready } = await http.get(`/media/${id}`, { context, answer: z.object({ ready: z.boolean() }) })
        if (!ready) return { status: 'again', afterMs: 1000 }
      }
      return { status: 'prepared', uploads: { ids } }
    },
    async readBaseline(_, context) {
      return { account: (await readMe(context)).id }
    },
    async publish({ text, parent, uploads }, context) {
      const json = { text, media: uploads.ids, parent: parent?.externalId, account: context.account?.externalId }
      const made = await http.mutate('POST', '/posts', { context, json, answer: postAnswer })
      if (made.job !== undefined) return { status: 'processing', handle: made.job, pollAfterMs: 2000, deadlineMs: 60_000 }
      return { status: 'published', ...(made.id === undefined ? {} : { externalId: made.id }) }
    },
    async readOutcome(handle, context) {
      const { id } = await http.get(`/jobs/${handle}`, { context, answer: jobAnswer })
      if (id === null) return { status: 'processing', handle, pollAfterMs: 2000, deadlineMs: 60_000 }
      return { status: 'published', externalId: id }
    },
    async findPublished({ part, sentAt, idsBoundElsewhere, baseline }, context) {
      const query = { account: String(Object(baseline).account) }
      const posts = await http.get('/posts', { context, query, answer: listAnswer })
      const found = posts.find(({ id, text, at }) => text === part.text && at >= sentAt && !idsBoundElsewhere.includes(id))
      return found ? { status: 'found', externalId: found.id } : { status: 'not_yet', looked: `${posts.length} posts` }
    },
    readUrl: async ({ externalId }) => `https://board.example/${externalId}`,
    likeness: ({ text }) => text,
    async readMetrics([part], context) {
      if (!part) return []
      const { externalId } = part
      try {
        return [{ externalId, counters: await http.get(`/posts/${externalId}/likes`, { context, answer: likesAnswer }) }]
      } catch (error) {
        if (!isPlatformError(error) || error.status !== 404) throw error
        return [{ externalId, gone: true }]
      }
    },
    readAccountMetrics: async (context) => ({ name_length: (await readMe(context)).username.length }),
    parseWebhook: ({ headers }) => ({ answer: { status: headers['board-signature'] ? 200 : 401 }, events: [] }),
    meters: {
      prices: [{ meter: 'post', usdNanos: 1_000_000, per: 1, validFrom: '2026-01-01', source: 'https://board.example/prices' }],
      usesOfPart: () => ({ publish: [{ meter: 'post', quantity: 1 }], lookUps: [] }),
      usesOfRemoval: () => [],
      usesOfMetrics: (parts) => [{ meter: 'post', quantity: parts }],
    },
    async remove(externalId, context) {
      try {
        await http.mutate('DELETE', `/posts/${externalId}`, { context })
      } catch (error) {
        if (!isPlatformError(error) || error.status !== 404) throw error
      }
    },
  }
}

/** The same, where every login reaches all accounts. */
export function createSharedBoardAdapter(baseUrl: string): BoardAdapter & Required<Pick<BoardAdapter, 'listAccounts'>> {
  const http = createJsonClient({ baseUrl })
  const { readAccount: _, ...right } = createBoardAdapter(baseUrl)
  return {
    ...right,
    async listAccounts(context) {
      const accounts = await http.get('/accounts', { context, answer: z.array(meAnswer) })
      return accounts.map(({ id, username }) => ({ externalId: id, username, name: `The board of ${username}` }))
    },
  }
}

function createBoardOAuth(http: JsonClient, baseUrl: string): Required<PlatformOAuth> {
  const toTokens = (answer: z.infer<typeof tokenAnswer>): TokenSet => ({
    accessToken: new Secret(answer.access_token),
    refreshToken: new Secret(answer.refresh_token),
    scopes: [],
  })
  return {
    scopes: ['write'],
    pkce: true,
    authorizeUrl({ app, redirectUri, state, codeChallenge, scopes }) {
      const query = { client_id: app.clientId, redirect_uri: redirectUri, state, code_challenge: codeChallenge, scope: scopes.join(' ') }
      return `${baseUrl}/oauth/authorize?${new URLSearchParams(query)}`
    },
    async exchange({ code, codeVerifier }, context) {
      const urlencoded = { code: code.reveal(), code_verifier: codeVerifier.reveal() }
      return toTokens(await http.read('POST', '/oauth/token', { context, auth: 'basic', urlencoded, answer: tokenAnswer }))
    },
    async refresh({ refreshToken }, context) {
      const urlencoded = { refresh_token: refreshToken?.reveal() ?? '' }
      try {
        const answer = await http.read('POST', '/oauth/token', { context, auth: 'basic', urlencoded, answer: tokenAnswer })
        return { status: 'refreshed', tokens: toTokens(answer) }
      } catch (error) {
        const isRefused = isPlatformError(error) && error.status === 400
        return { status: isRefused ? 'revoked' : 'transient', message: isRefused ? 'The grant is gone.' : 'No answer.' }
      }
    },
    async revoke(token, context) {
      await http.read('POST', '/oauth/revoke', { context, auth: 'basic', urlencoded: { token: token.reveal() } })
    },
  }
}
