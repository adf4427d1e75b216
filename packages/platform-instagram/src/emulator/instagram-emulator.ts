import {
  createSwitchBoard,
  type EmulatedCredentials,
  type EmulatedMetrics,
  type EmulatedPost,
  type Emulator,
  type EmulatorDefinition,
  listSwitchControls,
  type StartEmulatorOptions,
  startEmulator,
} from '@ofm-social/core/testing'
import { apps } from './apps.ts'
import { createCourier } from './courier.ts'
import { dispatch } from './dispatch.ts'
import { accountMetricNames } from './insights-account.ts'
import { mediaMetricNames } from './insights-media.ts'
import { fieldCounterNames } from './metrics.ts'
import { playRateLimit } from './play-rate-limit.ts'
import { seedState } from './seed.ts'
import type { InstagramLogin, InstagramState, InstagramUser, Media } from './state.ts'
import { switchTable } from './switch-table.ts'
import type { InstagramEmulatorSwitches, InstagramSettings } from './switches.ts'

const methods = ['GET', 'POST', 'DELETE', 'PUT', 'PATCH'] as const

/**
 * Starts Instagram on this machine, for both logins: every host under a path of its own (`/graph.instagram.com/v25.0/me`), the login pages, and
 * a page per account.
 *
 * @throws {TypeError} For a switch that there is not, or a value that it cannot have.
 */
export async function startInstagramEmulator({
  port,
  host,
  stateFile,
  now,
  random,
  ...switches
}: StartEmulatorOptions & InstagramEmulatorSwitches): Promise<Emulator> {
  const board = createSwitchBoard('Instagram', switchTable, switches)
  const courier = createCourier(board.read)
  const definition: EmulatorDefinition<InstagramState> = {
    platform: 'instagram',
    home: '/www.instagram.com/',
    seed({ now: startedAt }) {
      courier.stop()
      board.clear()
      return seedState(board.read(), startedAt)
    },
    routes: methods.map((method) => ({
      method,
      path: '/*rest',
      answer: (request, context) => dispatch(request, context, board.read()),
    })),
    controls: listSwitchControls(board),
    notFound: ({ method }) => ({
      status: 405,
      json: { error: { message: `Unsupported method ${method}`, code: 100 } },
    }),
    credentials: (state) => toCredentials(state, board.read()),
    posts: toPosts,
    counters: [...new Set([...mediaMetricNames, ...fieldCounterNames, ...accountMetricNames])],
    setMetrics,
    afterwards: courier.go,
    rateLimited: (request, context, fault) => playRateLimit(request, context, { settings: board.read(), fault }),
  }
  const emulator = await startEmulator(definition, { port, host, stateFile, now, random })
  return {
    ...emulator,
    close() {
      courier.stop()
      return emulator.close()
    },
  }
}

function toCredentials(state: InstagramState, { login, redirectUris }: InstagramSettings): EmulatedCredentials {
  const { facebook, instagram } = apps
  const first = login === 'instagram' ? instagram : facebook
  const shown = state.users.filter((user) => login === 'both' || user.login === login)
  return {
    app: {
      clientId: first.id,
      clientSecret: first.secret,
      redirectUris,
      metaAppId: facebook.id,
      metaAppSecret: facebook.secret,
      instagramAppId: instagram.id,
      instagramAppSecret: instagram.secret,
    },
    accounts: shown.map((user) => toAccount(state, user)),
  }
}

function toAccount(state: InstagramState, user: InstagramUser) {
  const page = state.pages.find(({ accountId }) => accountId === user.id)
  const ownerId = user.login === 'instagram' ? user.id : page?.ownerId
  const own = state.tokens.filter(
    (token) => token.ownerId === ownerId && token.kind !== 'page' && token.life === 'long',
  )
  const token = own.findLast(({ revoked }) => revoked === null) ?? own.at(-1)
  return {
    id: user.id,
    username: user.username,
    accessToken: token?.token ?? '',
    refreshToken: null,
    scopes: token?.scopes ?? [],
    host: hosts[user.login],
    clientId: apps[user.login].id,
    clientSecret: apps[user.login].secret,
    scopedId: user.scopedId,
    ...(page ? { pageId: page.id } : {}),
  }
}

const hosts: Readonly<Record<InstagramLogin, string>> = {
  instagram: 'graph.instagram.com',
  facebook: 'graph.facebook.com',
}

/** Of an account too, by its id. */
function setMetrics(state: InstagramState, id: string, metrics: EmulatedMetrics): boolean {
  const target = state.media.find((media) => media.id === id) ?? state.users.find((user) => user.id === id)
  if (!target) return false
  target.metrics = metrics
  return true
}

function toPosts(state: InstagramState): readonly EmulatedPost[] {
  const media = state.media.filter(({ parentId }) => parentId === null).map((one) => toPost(state, one))
  const comments = state.comments.map((comment) => ({
    id: comment.id,
    accountId: comment.accountId,
    kind: comment.parentId === null ? 'comment' : 'reply',
    text: comment.text,
    mediaSha256: [],
    parentId: comment.parentId ?? comment.mediaId,
    target: null,
    visibility: comment.hidden ? 'hidden' : 'public',
    createdAt: new Date(comment.createdAt).toISOString(),
    removedAt: toIsoOrNull(comment.deletedAt),
  }))
  return [...media, ...comments]
}

const kinds = { IMAGE: 'image', VIDEO: 'video', CAROUSEL_ALBUM: 'carousel' } as const

function toPost(state: InstagramState, media: Media): EmulatedPost {
  const parts = media.childIds.length === 0 ? [media] : state.media.filter(({ parentId }) => parentId === media.id)
  const kind = media.product === 'STORY' ? 'story' : media.product === 'REELS' ? 'reel' : kinds[media.kind]
  return {
    id: media.id,
    accountId: media.accountId,
    kind,
    text: media.caption,
    mediaSha256: parts.map(({ sha256 }) => sha256 ?? ''),
    parentId: null,
    target: null,
    visibility: 'public',
    createdAt: new Date(media.createdAt).toISOString(),
    removedAt: toIsoOrNull(media.deletedAt),
  }
}

function toIsoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}
