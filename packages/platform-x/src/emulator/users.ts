import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { billUsers } from './charges.ts'
import { checkList, idPattern, readList } from './check-ids.ts'
import type { XCall, XEndpoint, XUserCall } from './endpoint.ts'
import { keepFilled } from './includes.ts'
import { toPostObject } from './post-object.ts'
import { toMissing } from './problems.ts'
import { readSelection } from './selection.ts'
import type { XUser } from './state.ts'
import { toUserObject } from './user-object.ts'
import { toViewing } from './viewing.ts'

const reads = {
  method: 'GET',
  scopes: ['tweet.read', 'users.read'],
  does: 'reads',
  callers: 'users_and_app',
  charge: billUsers,
} as const

/** Who am I, and who are they: https://docs.x.com/x-api/users/lookup/introduction */
export const userEndpoints: readonly XEndpoint[] = [
  {
    ...reads,
    path: '/2/users/me',
    callers: 'users',
    answer: (call: XUserCall) => answerUsers(call, { parameter: 'id', values: [call.user.id] }),
  },
  {
    ...reads,
    path: '/2/users',
    check: checkList('ids', idPattern),
    answer: (call: XCall) => answerListed(call, 'ids'),
  },
  {
    ...reads,
    path: '/2/users/by',
    check: checkList('usernames', /^[A-Za-z0-9_]{1,15}$/),
    answer: (call: XCall) => answerListed(call, 'usernames'),
  },
  {
    ...reads,
    path: '/2/users/by/username/:username',
    answer: (call: XCall) => answerUsers(call, { parameter: 'username', values: [call.request.params.username ?? ''] }),
  },
  {
    ...reads,
    path: '/2/users/:id',
    answer: (call: XCall) => answerUsers(call, { parameter: 'id', values: [call.request.params.id ?? ''] }),
  },
]

function answerListed(call: XCall, parameter: 'ids' | 'usernames'): EmulatorAnswer {
  return answerUsers(call, { parameter, values: readList(call.request, parameter) })
}

interface Asked {
  readonly parameter: 'id' | 'ids' | 'username' | 'usernames'
  readonly values: readonly string[]
}

function answerUsers(call: XCall, { parameter, values }: Asked): EmulatorAnswer {
  const read = readSelection(call.request.url.searchParams, call.settings)
  if ('refused' in read) return read.refused
  const viewing = toViewing(call, read.selection)
  const users = values.map((value) => findUser(call, parameter, value))
  const found = users.filter((user) => user !== undefined)
  const data = found.map((user) => toUserObject(viewing, user))
  const missing = values.filter((_, index) => users[index] === undefined)
  const errors = missing.map((value) => toMissing(call.settings, { resource: 'user', parameter, value }))
  const { dialect } = read.selection
  const recent = listRecent(call, found, read.selection.expansions).map((post) => toPostObject(viewing, post))
  const includes = keepFilled({ [dialect === 'legacy' ? 'tweets' : 'posts']: recent })
  const isList = parameter === 'ids' || parameter === 'usernames'
  return {
    status: 200,
    json: {
      ...(data.length > 0 ? { data: isList ? data : data[0] } : {}),
      ...(includes ? { includes } : {}),
      ...(errors.length > 0 ? { errors } : {}),
    },
  }
}

function findUser({ state }: XCall, parameter: Asked['parameter'], value: string): XUser | undefined {
  const isId = parameter === 'id' || parameter === 'ids'
  return state.users.find(({ id, username }) => (isId ? id === value : username.toLowerCase() === value.toLowerCase()))
}

function listRecent({ state }: XCall, users: readonly XUser[], expansions: ReadonlySet<string>) {
  if (!expansions.has('most_recent_tweet_id') && !expansions.has('most_recent_post_id')) return []
  return users.flatMap(
    (user) => state.posts.filter(({ authorId, deletedAt }) => authorId === user.id && deletedAt === null).at(-1) ?? [],
  )
}
