import { type Emulator, type EmulatorContext, type EmulatorRequest, startEmulator } from '@ofm-social/core/testing'

interface Status {
  id: string
  account: string
  text: string
  media: string[]
  parent: string | null
  visibility: string
  at: number
}

interface MastodonState {
  accounts: { id: string; username: string; token: string }[]
  media: Record<string, string>
  statuses: Status[]
  keys: Record<string, string>
}

type Context = EmulatorContext<MastodonState>

/** A Mastodon server for tests: media, statuses, and idempotency keys that are kept for an hour. */
export function startMastodonStandIn(options: { readonly now: () => number }): Promise<Emulator> {
  return startEmulator<MastodonState>(
    {
      platform: 'mastodon',
      seed: () => ({ accounts: ['ada', 'bea'].map(toAccount), media: {}, statuses: [], keys: {} }),
      before: (request, context) => (findAccount(request, context) ? undefined : refuseToken),
      routes: [
        { method: 'POST', path: '/api/v2/media', answer: takeMedia },
        { method: 'POST', path: '/api/v1/statuses', answer: takeStatus },
      ],
      notFound: () => ({ status: 404, json: { error: 'Record not found' } }),
      rateLimited: (_, { now }, { retryAfterMs = 60_000 }) => ({
        status: 429,
        headers: { 'x-ratelimit-reset': new Date(now + retryAfterMs).toISOString() },
        json: { error: 'Too many requests' },
      }),
      credentials: ({ accounts }) => ({
        app: { clientId: 'app', clientSecret: 'secret-of-the-app', redirectUris: [] },
        accounts: accounts.map(({ token, ...account }) => ({
          ...account,
          accessToken: token,
          refreshToken: null,
          scopes: ['write:statuses', 'write:media'],
        })),
      }),
      posts: ({ statuses, media }) =>
        statuses.map(({ id, account, text, parent, visibility, at, ...status }) => ({
          id,
          accountId: account,
          kind: 'status',
          text,
          mediaSha256: status.media.map((mediaId) => media[mediaId] ?? ''),
          parentId: parent,
          target: null,
          visibility,
          createdAt: new Date(at).toISOString(),
          removedAt: null,
        })),
    },
    options,
  )
}

function toAccount(username: string, index: number) {
  return { id: String(index + 1), username, token: `token-of-${username}` }
}

const refuseToken = { status: 401, json: { error: 'The access token is invalid' } }

function findAccount({ headers }: EmulatorRequest, { state, fault }: Context) {
  const account = state.accounts.find(({ token }) => headers.get('authorization') === `Bearer ${token}`)
  if (!account || fault?.kind !== 'revoke_token') return account
  account.token = `${account.token}-2`
  return undefined
}

function takeMedia({ form }: EmulatorRequest, { state, blobs }: Context) {
  const file = form.get('file')
  if (typeof file !== 'object') return { status: 422, json: { error: "Validation failed: File can't be blank" } }
  const id = String(Object.keys(state.media).length + 1)
  state.media[id] = blobs.put(file.bytes)
  return { status: 200, json: { id } }
}

function takeStatus(request: EmulatorRequest, context: Context) {
  const { state, now, baseUrl } = context
  const account = findAccount(request, context)
  if (!account) return refuseToken
  const key = `${account.id} ${request.headers.get('idempotency-key')}`
  const known = state.statuses.find(({ id, at }) => id === state.keys[key] && at > now - 3_600_000)
  const {
    status: text = '',
    media_ids: media = [],
    visibility = 'public',
    in_reply_to_id: parent = null,
  } = Object(request.json)
  if (text.length > 500)
    return { status: 422, json: { error: 'Validation failed: Text character limit of 500 exceeded' } }
  const id = known?.id ?? String(state.statuses.length + 1)
  if (!known) state.statuses.push({ id, account: account.id, text, media, parent, visibility, at: now })
  state.keys[key] = id
  return { status: 200, json: { id, url: `${baseUrl}/@${account.username}/${id}` } }
}
