import {
  type EmulatedCredentials,
  type EmulatedPost,
  type Emulator,
  type EmulatorDefinition,
  type StartEmulatorOptions,
  startEmulator,
} from '@ofm-social/core/testing'
import { addCommonHeaders } from './common-headers.ts'
import { toRoute } from './endpoint.ts'
import { listLoginRoutes } from './login-page.ts'
import { mediaEndpoints } from './media.ts'
import { listOAuthRoutes } from './oauth.ts'
import { listMedia } from './post-object.ts'
import { postEndpoints } from './posts.ts'
import { answerBlank } from './problems.ts'
import { profileRoutes } from './profile-page.ts'
import { playRateLimit } from './rate-limits.ts'
import { readEndpoints } from './reads.ts'
import { seedState } from './seed.ts'
import type { XState } from './state.ts'
import { readSwitches, type XEmulatorSwitches, type XSettings } from './switches.ts'

/** Starts X on this machine: the API, its login page, and a page per account. */
export function startXEmulator({
  port,
  host,
  stateFile,
  now,
  random,
  ...switches
}: StartEmulatorOptions & XEmulatorSwitches): Promise<Emulator> {
  const options = { port, host, stateFile, now, random }
  return startEmulator(createXEmulator(switches), options)
}

/**
 * X as routes for `startEmulator`.
 *
 * @param switches Read on every request, so that a test may change what it passed while the emulator runs.
 * @throws {TypeError} For a switch that there is not.
 */
export function createXEmulator(switches: XEmulatorSwitches = {}): EmulatorDefinition<XState> {
  readSwitches(switches)
  const readSettings = (): XSettings => readSwitches(switches)
  const endpoints = [...postEndpoints, ...readEndpoints, ...mediaEndpoints]
  const routes = [
    ...endpoints.map((endpoint) => toRoute(endpoint, readSettings)),
    ...listOAuthRoutes(readSettings),
    ...listLoginRoutes(readSettings),
    ...profileRoutes,
  ]
  return {
    platform: 'x',
    seed: ({ now }) => seedState(readSettings(), now),
    routes,
    after: addCommonHeaders,
    notFound({ path }) {
      const isKnown = endpoints.some((endpoint) => fits(endpoint.path, path))
      return isKnown ? answerBlank(405, 'Method Not Allowed') : answerBlank(404, 'Not Found')
    },
    credentials: toCredentials,
    posts: toPosts,
    rateLimited: (_, { state, now }, fault) => playRateLimit(state, readSettings(), now, fault),
  }
}

function toCredentials({ app, users, grants }: XState): EmulatedCredentials {
  return {
    app: { ...app },
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

function toPosts(state: XState): readonly EmulatedPost[] {
  return state.posts.map((post) => ({
    id: post.id,
    accountId: post.authorId,
    kind: post.repliedToId === null ? 'post' : 'reply',
    text: post.text,
    mediaSha256: listMedia(state, post.mediaIds).map(({ stored }) => stored?.sha256 ?? ''),
    parentId: post.repliedToId,
    target: null,
    visibility: 'public',
    createdAt: new Date(post.createdAt).toISOString(),
    removedAt: post.deletedAt === null ? null : new Date(post.deletedAt).toISOString(),
  }))
}

function fits(pattern: string, path: string): boolean {
  const expected = pattern.split('/')
  const actual = path.split('/')
  return (
    expected.length === actual.length &&
    expected.every((segment, index) => segment.startsWith(':') || segment === actual[index])
  )
}
