import { type CallContext, type PlatformAdapter, PlatformError, type Progress } from '@ofm-social/core'
import { createScriptedPlatform, type ScriptedShape } from '@ofm-social/core/testing'

/** Members that are calls to the platform. */
export const REMOTE_MEMBERS = [
  'readAccount',
  'prepare',
  'readBaseline',
  'publish',
  'readOutcome',
  'findPublished',
  'remove',
] as const

export type RemoteMember = (typeof REMOTE_MEMBERS)[number]

/** One call of a scripted platform over HTTP. */
export interface RemoteCall {
  /** What the member gets beside the context; null for `readAccount`. */
  readonly input: unknown
  readonly token: string
  readonly attempt: CallContext['attempt']
  readonly checkpoint: unknown
}

export type RemoteAnswer =
  | { readonly result: unknown; readonly saves: readonly (readonly [unknown, Progress | null])[] }
  | { readonly error: Pick<PlatformError, 'code' | 'message'> & { readonly retryAfterMs?: number } }

/** A scripted platform that lives in another process: the same adapter, whose calls go over HTTP. */
export function createRemoteScripted(shape: ScriptedShape, url: string): PlatformAdapter {
  const { adapter } = createScriptedPlatform(shape, { now: () => 0, platform: shape })
  const members = REMOTE_MEMBERS.filter((member) => adapter[member]).map((member) => [
    member,
    member === 'readAccount'
      ? (context: CallContext) => callRemote(url, member, null, context)
      : (input: unknown, context: CallContext) => callRemote(url, member, input, context),
  ])
  return { ...adapter, ...Object.fromEntries(members) } as PlatformAdapter
}

async function callRemote(url: string, member: RemoteMember, input: unknown, context: CallContext): Promise<unknown> {
  const token = (await context.accessToken()).reveal()
  const call: RemoteCall = { input, token, attempt: context.attempt, checkpoint: context.checkpoint }
  if (member === 'publish') {
    if (context.remainingMs() <= 0) throw new PlatformError({ code: 'not_accepted', message: 'Too late to send.' })
    context.markSent({ method: 'POST', path: `/${member}` })
  }
  const answer = await send(`${url}/${member}`, call, context.signal)
  if ('error' in answer) throw new PlatformError(answer.error)
  for (const [checkpoint, progress] of answer.saves) await context.save(checkpoint, progress ?? undefined)
  return answer.result ?? undefined
}

async function send(url: string, call: RemoteCall, signal: AbortSignal): Promise<RemoteAnswer> {
  try {
    const response = await fetch(url, { method: 'POST', body: JSON.stringify(call), signal })
    return (await response.json()) as RemoteAnswer
  } catch (cause) {
    throw new PlatformError({ code: 'outcome_unknown', message: 'The answer did not come.', cause })
  }
}
