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
import { analyticsEndpoints } from './analytics.ts'
import { addCommonHeaders } from './common-headers.ts'
import { listConsoleRoutes } from './console-page.ts'
import { listControls } from './controls.ts'
import { type Courier, createCourier } from './courier.ts'
import { toRoute } from './endpoint.ts'
import { engagementEndpoints } from './engagements.ts'
import { putErrorBody } from './error-bodies.ts'
import { listLoginRoutes } from './login-page.ts'
import { mediaEndpoints } from './media.ts'
import { mediaLookupEndpoints } from './media-lookup.ts'
import { listMedia } from './media-object.ts'
import { subtitleEndpoints } from './media-subtitles.ts'
import { listOAuthRoutes } from './oauth.ts'
import { listOAuth1Routes } from './oauth1-login.ts'
import { counterNames } from './post-metrics.ts'
import { postEndpoints } from './posts.ts'
import { answerBlank } from './problems.ts'
import { profileRoutes } from './profile-page.ts'
import { playRateLimit } from './rate-limits.ts'
import { readEndpoints } from './reads.ts'
import { seedState } from './seed.ts'
import type { XState } from './state.ts'
import { subscriptionEndpoints } from './subscriptions.ts'
import { switchTable } from './switch-table.ts'
import type { XEmulatorSwitches, XSettings } from './switches.ts'
import { usageEndpoints } from './usage.ts'
import { userEndpoints } from './users.ts'
import { webhookEndpoints } from './webhooks.ts'

const endpoints = [
  ...postEndpoints,
  ...userEndpoints,
  ...analyticsEndpoints,
  ...readEndpoints,
  ...engagementEndpoints,
  ...mediaEndpoints,
  ...subtitleEndpoints,
  ...mediaLookupEndpoints,
  ...usageEndpoints,
  ...webhookEndpoints,
  ...subscriptionEndpoints,
]

/** Starts X on this machine: the API, its login page, and a page per account. */
export async function startXEmulator({
  port,
  host,
  stateFile,
  now,
  random,
  ...switches
}: StartEmulatorOptions & XEmulatorSwitches): Promise<Emulator> {
  const options = { port, host, stateFile, now, random }
  const { definition, courier } = build(switches)
  const emulator = await startEmulator(definition, options)
  return {
    ...emulator,
    close() {
      courier.stop()
      return emulator.close()
    },
  }
}

/**
 * X as routes for `startEmulator`.
 *
 * @param switches Read on every request, so that a test may change what it passed while the emulator runs.
 * @throws {TypeError} For a switch that there is not.
 */
export function createXEmulator(switches: XEmulatorSwitches = {}): EmulatorDefinition<XState> {
  return build(switches).definition
}

function build(switches: XEmulatorSwitches): {
  readonly definition: EmulatorDefinition<XState>
  readonly courier: Courier
} {
  const board = createSwitchBoard('X', switchTable, switches)
  const readSettings = board.read
  const courier = createCourier(readSettings)
  const routes = [
    ...endpoints.map((endpoint) => toRoute(endpoint, readSettings)),
    ...listOAuthRoutes(readSettings),
    ...listLoginRoutes(readSettings),
    ...listOAuth1Routes(readSettings),
    ...listConsoleRoutes(readSettings),
    ...profileRoutes,
  ]
  const definition: EmulatorDefinition<XState> = {
    platform: 'x',
    home: '/',
    seed({ now }) {
      courier.stop()
      board.clear()
      return seedState(readSettings(), now)
    },
    routes,
    controls: [...listControls(readSettings), ...listSwitchControls<XState, XSettings>(board)],
    after: (request, answer, context) =>
      addCommonHeaders(request, putErrorBody(request, answer, readSettings()), context),
    notFound({ path }) {
      const isKnown = endpoints.some((endpoint) => fits(endpoint.path, path))
      return isKnown ? answerBlank(405, 'Method Not Allowed') : answerBlank(404, 'Not Found')
    },
    credentials: toCredentials,
    posts: toPosts,
    counters: counterNames,
    setMetrics,
    afterwards: courier.go,
    rateLimited: (_, { state, now }, fault) => playRateLimit(state, readSettings(), now, fault),
  }
  return { definition, courier }
}

function toCredentials({ app, users, grants, ledger }: XState): EmulatedCredentials {
  return {
    app: { ...app, spentMicroUsd: ledger.spent, charges: ledger.charges },
    accounts: users.map(({ id, username, oauth1 }) => {
      const own = grants.filter(({ userId }) => userId === id)
      const live = own.filter(({ revoked }) => !revoked)
      const grant = live.find(({ refreshToken }) => refreshToken !== null) ?? live.at(-1) ?? own.at(-1)
      return {
        id,
        username,
        accessToken: grant?.accessToken ?? '',
        refreshToken: grant?.refreshToken ?? null,
        scopes: grant?.scopes ?? [],
        oauth1,
      }
    }),
  }
}

function setMetrics(state: XState, postId: string, metrics: EmulatedMetrics): boolean {
  const post = state.posts.find(({ id }) => id === postId)
  if (!post) return false
  post.metrics = metrics
  return true
}

/** A version that was edited is gone: the newest one is what people see. */
function toPosts(state: XState): readonly EmulatedPost[] {
  return state.posts.map((post) => ({
    id: post.id,
    accountId: post.authorId,
    kind: post.repliedToId === null ? 'post' : 'reply',
    text: post.text,
    mediaSha256: listMedia(state, post.mediaIds).map(({ stored }) => stored?.sha256 ?? ''),
    parentId: post.repliedToId,
    target: post.communityId,
    visibility: post.flags.isForSubscribers ? 'subscribers' : 'public',
    createdAt: new Date(post.createdAt).toISOString(),
    removedAt: toIsoOrNull(post.deletedAt ?? post.editedAt),
  }))
}

function toIsoOrNull(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString()
}

function fits(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const actual = path.split('/')
  return (
    expected.length === actual.length &&
    expected.every((segment, index) => segment.startsWith(':') || segment === actual[index])
  )
}
