import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XCall, XEndpoint, XUserCall } from './endpoint.ts'
import { toIncludes } from './includes.ts'
import { toPostObject } from './post-object.ts'
import { answerInvalid, toMissing } from './problems.ts'
import { readSelection } from './selection.ts'
import type { XPost } from './state.ts'
import { answerTimeline } from './timeline.ts'
import { toUserObject } from './user-object.ts'

const idsMax = 100
const reads = {
  method: 'GET',
  scopes: ['tweet.read', 'users.read'],
  does: 'reads_posts',
  callers: 'users_and_app',
} as const

/** Who am I, look-ups and the timeline: https://docs.x.com/x-api/posts/lookup/introduction */
export const readEndpoints: readonly XEndpoint[] = [
  { ...reads, path: '/2/users/me', does: 'reads', callers: 'users', answer: answerMe },
  { ...reads, path: '/2/users/:id/tweets', answer: answerTimeline },
  { ...reads, path: '/2/tweets', answer: answerMany },
  { ...reads, path: '/2/tweets/:id', answer: answerOne },
]

function answerMe({ request, state, settings, user }: XUserCall): EmulatorAnswer {
  const read = readSelection(request.url.searchParams, settings)
  if ('refused' in read) return read.refused
  return { status: 200, json: { data: toUserObject(state, settings, read.selection, { user, viewerId: user.id }) } }
}

function answerMany(call: XCall): EmulatorAnswer {
  const { request, settings } = call
  const asked = request.url.searchParams.get('ids')
  const ids = (asked ?? '').split(',')
  const wrong = ids.filter((id) => !isId(id))
  if (wrong.length > 0 || ids.length > idsMax) {
    const message =
      wrong.length > 0
        ? `The \`ids\` query parameter value [${wrong.join(',')}] is not valid`
        : `The number of values in the \`ids\` query parameter list [${ids.length}] is not between 1 and ${idsMax}`
    return answerInvalid(settings, [{ path: 'ids', value: asked ?? undefined, message }])
  }
  const posts = ids.map((id) => findLive(call, id))
  return answerPosts(call, {
    shown: posts.filter((post) => post !== undefined),
    missing: ids.filter((_, index) => posts[index] === undefined),
    parameter: 'ids',
  })
}

function answerOne(call: XCall): EmulatorAnswer {
  const { request, settings } = call
  const id = request.params.id ?? ''
  if (!isId(id)) {
    const message = `The \`id\` query parameter value [${id}] is not valid`
    return answerInvalid(settings, [{ path: 'id', value: id, message }])
  }
  const post = findLive(call, id)
  if (!post && settings.missingPost === 'not_found') {
    return {
      status: 404,
      json: { ...toMissing(settings, { resource: 'tweet', parameter: 'id', value: id }), status: 404 },
    }
  }
  return answerPosts(call, { shown: post ? [post] : [], missing: post ? [] : [id], parameter: 'id' })
}

interface Found {
  readonly shown: readonly XPost[]
  readonly missing: readonly string[]
  readonly parameter: 'id' | 'ids'
}

function answerPosts(
  { request, state, settings, user, context }: XCall,
  { shown, missing, parameter }: Found,
): EmulatorAnswer {
  const read = readSelection(request.url.searchParams, settings)
  if ('refused' in read) return read.refused
  const { selection } = read
  const objects = shown.map((post) => toPostObject(state, settings, selection, post))
  const viewing = { state, settings, selection, viewerId: user?.id ?? null, baseUrl: context.baseUrl }
  const includes = toIncludes(viewing, shown)
  const errors = missing.map((value) => toMissing(settings, { resource: 'tweet', parameter, value }))
  return {
    status: 200,
    json: {
      ...(objects.length > 0 ? { data: parameter === 'id' ? objects[0] : objects } : {}),
      ...(includes ? { includes } : {}),
      ...(errors.length > 0 ? { errors } : {}),
    },
  }
}

function findLive({ state }: XCall, wanted: string): XPost | undefined {
  return state.posts.find(({ id, deletedAt }) => id === wanted && deletedAt === null)
}

function isId(text: string): boolean {
  return /^[0-9]{1,19}$/.test(text)
}
