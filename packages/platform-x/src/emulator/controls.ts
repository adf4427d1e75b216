import type { EmulatorAnswer, EmulatorContext, EmulatorRequest, EmulatorRoute } from '@ofm-social/core/testing'
import { toRecord } from './check-body.ts'
import { tellRevoked } from './events.ts'
import { tellDeleted } from './post-events.ts'
import { removeVersions } from './posts.ts'
import type { XPost, XState } from './state.ts'
import type { XSettings } from './switches.ts'

type Context = EmulatorContext<XState>

/** What people do in the app of X; not counted, not billed, hit by no fault. */
export function listControls(readSettings: () => XSettings): readonly EmulatorRoute<XState>[] {
  return [
    {
      method: 'DELETE',
      path: '/_emulator/posts/:id',
      answer: (request, context) => removeAsAuthor(request, context, readSettings()),
    },
    { method: 'POST', path: '/_emulator/posts/:id/votes', answer: setVotes },
    {
      method: 'DELETE',
      path: '/_emulator/accounts/:username/permission',
      answer: (request, context) => takePermission(request, context, readSettings()),
    },
  ]
}

function removeAsAuthor({ params }: EmulatorRequest, context: Context, settings: XSettings): EmulatorAnswer {
  const { state, now } = context
  const post = findPost(state, params.id)
  const author = state.users.find(({ id }) => id === post?.authorId)
  if (!post || !author) return answerNoPost(params.id)
  removeVersions(state, post, now)
  tellDeleted({ state, settings, now, context }, author, post)
  return { status: 200, json: {} }
}

/** Votes by option, in the order of the poll. */
function setVotes({ params, json }: EmulatorRequest, { state }: Context): EmulatorAnswer {
  const post = findPost(state, params.id)
  if (!post?.poll) return answerNoPost(params.id)
  const { votes } = toRecord(json)
  const count = post.poll.options.length
  if (!Array.isArray(votes) || votes.length !== count || !votes.every((vote) => Number.isInteger(vote) && vote >= 0)) {
    return refuse(400, 'votes', `must be ${count} whole numbers from 0 on, one for each option`)
  }
  post.poll.votes = votes
  return { status: 200, json: {} }
}

/** At https://x.com/settings/connected_apps. */
function takePermission({ params }: EmulatorRequest, context: Context, settings: XSettings): EmulatorAnswer {
  const { state, now } = context
  const user = state.users.find(({ username }) => username === params.username)
  if (!user) return refuse(404, '', `there is no account ${params.username}`)
  for (const grant of state.grants) if (grant.userId === user.id) grant.revoked = true
  user.oauth1Revoked = true
  tellRevoked({ state, settings, now, context }, user)
  return { status: 200, json: {} }
}

function findPost({ posts }: XState, wanted: string | undefined): XPost | undefined {
  return posts.find(({ id, deletedAt }) => id === wanted && deletedAt === null)
}

function answerNoPost(id: string | undefined): EmulatorAnswer {
  return refuse(404, '', `there is no post ${id}, or no poll in it`)
}

function refuse(status: number, path: string, problem: string): EmulatorAnswer {
  return { status, json: { problems: [{ path, problem }] } }
}
