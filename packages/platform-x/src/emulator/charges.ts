import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { toRecord } from './check-body.ts'
import type { XCall } from './endpoint.ts'

/** One billable thing. Resources are billed once per day (UTC), calls every time. */
export interface Charge {
  readonly key: string
  readonly resource?: string
}

const ownedPaths = /^\/2\/users\/([0-9]+)\/(tweets|mentions)$/

/** Posts, and what is included with them. */
export function billPosts(call: XCall, answer: EmulatorAnswer): readonly Charge[] {
  const userId = ownedPaths.exec(call.request.path)?.[1]
  const isOwned = userId !== undefined && userId === call.user?.id && call.user.username === call.settings.appOwner
  return [...toReads(isOwned ? 'owned.read' : 'post.read', 'post', toRecord(answer.json).data), ...billIncludes(answer)]
}

/** Users, and what is included with them. */
export function billUsers(_: XCall, answer: EmulatorAnswer): readonly Charge[] {
  return [...toReads('user.read', 'user', toRecord(answer.json).data), ...billIncludes(answer)]
}

/** The same charge for every call that succeeds. */
export function billCall(key: string): () => readonly Charge[] {
  return () => [{ key }]
}

function billIncludes({ json }: EmulatorAnswer): readonly Charge[] {
  const { users, tweets, posts, media, polls } = toRecord(toRecord(json).includes)
  return [
    ...toReads('user.read', 'user', users),
    ...toReads('post.read', 'post', tweets),
    ...toReads('post.read', 'post', posts),
    ...toReads('media.read', 'media', media),
    ...toReads('poll.read', 'poll', polls),
  ]
}

function toReads(key: string, kind: string, data: unknown): readonly Charge[] {
  const objects = Array.isArray(data) ? data : data === undefined ? [] : [data]
  return objects.map((object) => ({ key, resource: `${kind} ${toName(toRecord(object))}` }))
}

function toName({ id, media_key: key }: Readonly<Record<string, unknown>>): string {
  return String(id ?? key)
}
