import type { CallContext } from '../../platform/call-context.ts'
import type { PublishOutcome } from '../../platform/outcome.ts'
import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import { PlatformError } from '../../platform/platform-error.ts'
import type { ScriptedFault, ScriptedShape, ScriptedUploads } from './scripted-platform.ts'
import { parseScriptedWebhook } from './scripted-webhook.ts'
import { KEY_LIFE_MS, lostAnswer, refusal, type ScriptedHandle, type ScriptedWorld } from './scripted-world.ts'

export type ScriptedAdapter = PlatformAdapter<Record<string, unknown>, ScriptedUploads>
type Members = Partial<ScriptedAdapter>

/** The adapter of one shape over its world; every member takes the fault that is next for it. */
export function createScriptedAdapter(
  world: ScriptedWorld,
  { shape, platform }: { readonly shape: ScriptedShape; readonly platform: string },
): ScriptedAdapter {
  return { ...createCommonMembers(world, platform), ...MEMBERS_OF[shape](world) }
}

const MEMBERS_OF: Readonly<Record<ScriptedShape, (world: ScriptedWorld) => Members>> = {
  synchronous: createListingMembers,
  container: (world) => createHandleMembers(world, 'works_on'),
  last_chunk: (world) => createHandleMembers(world, 'stops'),
  no_id: createTaskMembers,
  idempotency_key: createKeyMembers,
}

function createCommonMembers(world: ScriptedWorld, platform: string): ScriptedAdapter {
  return {
    platform,
    displayName: 'Scripted',
    limits: { textLengthMax: 280, metricsBatchMax: 100, source: 'https://example.com/limits', checkedOn: '2026-11-25' },
    parseWebhook: parseScriptedWebhook,
    checkPart: ({ text }) =>
      text.length <= 280 ? [] : [{ code: 'too_long', path: 'text', limit: 280, actual: text.length, fix: 'shorten' }],
    async readAccount(context) {
      const account = await accountOf(context)
      return { externalId: account, username: account, url: urlOf(account) }
    },
    async publish(part, context) {
      const account = await accountOf(context)
      const fault = world.takeFault('publish', context)
      const id = world.write(fault, context, () => world.createPost(part, context, account))
      return toPublished(id, fault)
    },
    async remove(externalId, context) {
      const fault = world.takeFault('remove', context)
      if (fault?.kind === 'refuse') throw refusal(fault.code)
      if (fault?.kind !== 'lose_before') world.takeOff(externalId)
      if (fault) throw lostAnswer()
    },
  }
}

/** Only a listing tells what became of a write. */
function createListingMembers(world: ScriptedWorld): Members {
  return {
    async readBaseline(_part, context) {
      world.read('readBaseline', context)
      return { ids: world.listPosts(await accountOf(context)).map((post) => post.id) }
    },
    async findPublished(attempt, context) {
      world.read('findPublished', context)
      const baseline = new Set((attempt.baseline as { ids?: string[] } | null)?.ids ?? [])
      const parent = attempt.part.parent?.externalId ?? null
      const listed = world.listPosts(await accountOf(context))
      const found = listed.find(
        (post) =>
          !baseline.has(post.id) &&
          !attempt.idsBoundElsewhere.includes(post.id) &&
          post.text === attempt.part.text &&
          post.parentId === parent,
      )
      return found
        ? { status: 'found', externalId: found.id, url: urlOf(found.id), looked: 'the listing' }
        : { status: 'not_yet', looked: `the listing, ${listed.length} posts` }
    },
  }
}

/** A repetition with the same key makes no second post. */
function createKeyMembers(world: ScriptedWorld): Members {
  return {
    idempotentForMs: KEY_LIFE_MS,
    likeness: () => null,
    async publish(part, context) {
      const account = await accountOf(context)
      const fault = world.takeFault('publish', context)
      const createPost = () => world.createPost(part, context, account)
      return toPublished(
        world.write(fault, context, () => world.createOnce(context.attempt.key, createPost)),
        fault,
      )
    },
  }
}

/** A handle makes at most one post, and can be asked. What an effect that comes later does with it differs: the platform shows that it works, or nothing. */
function createHandleMembers(world: ScriptedWorld, whenLate: 'works_on' | 'stops'): Members {
  return {
    likeness: () => null,
    settledAfterMs: 120_000,
    async prepare(_part, context) {
      world.read('prepare', context)
      const known = world.handles.get(context.checkpoint?.handle ?? '')
      if (known?.status === 'unused') return toPrepared(known)
      const handle = world.addUnusedHandle()
      await context.save({ handle: handle.id }, { phase: 'uploading', percent: 100 })
      return toPrepared(handle)
    },
    async publish(part, context) {
      const account = await accountOf(context)
      const fault = world.takeFault('publish', context)
      const handle = world.handles.get(part.uploads.handle ?? '')
      if (!handle) throw new PlatformError({ code: 'prepare_again', message: 'The container is not known.' })
      if (!fault && isOver(handle)) throw expired()
      const createPost = () => world.createPost(part, context, account)
      if (whenLate === 'works_on' && fault?.kind === 'effect_later' && handle.status === 'unused') {
        context.markSent({ method: 'POST', path: '/posts' })
        world.workOn(handle, fault.afterMs, createPost)
      }
      if (handle.status === 'processing') throw lostAnswer()
      const id = world.write(fault, context, () => use(handle, createPost))
      if (id === null) throw expired()
      return toPublished(id, fault)
    },
    async findPublished(attempt, context) {
      world.read('findPublished', context)
      const handle = world.handles.get(attempt.uploads.handle ?? '')
      if (handle?.status === 'processing')
        return { status: 'processing', handle: handle.id, pollAfterMs: 5_000, looked: 'the container, which works' }
      if (handle?.status === 'failed')
        return { status: 'refused', reason: toReason(world), looked: 'the container, which has failed' }
      if (!handle || handle.status === 'expired') return { status: 'ended', looked: 'the container, which has expired' }
      if (handle.postId === null) return { status: 'unused', looked: 'the container, which is not used' }
      const { postId } = handle
      return { status: 'found', externalId: postId, url: urlOf(postId), exact: true, looked: 'the container' }
    },
  }
}

/** The answer names a task; the id comes when the task has ended. */
function createTaskMembers(world: ScriptedWorld): Members {
  const poll = { pollAfterMs: 2_000, deadlineMs: 600_000 }
  return {
    ...createListingMembers(world),
    async publish(part, context) {
      const account = await accountOf(context)
      const fault = world.takeFault('publish', context)
      const task = world.write(fault, context, () =>
        world.addWorkingHandle(() => world.createPost(part, context, account)),
      )
      return { status: 'processing', handle: task.id, ...poll }
    },
    async readOutcome(handleId, context) {
      world.read('readOutcome', context)
      const handle = world.handles.get(handleId)
      if (!handle || world.forgotten.has(handleId)) return { status: 'forgotten' }
      if (handle.status === 'failed') return { status: 'refused', reason: toReason(world) }
      if (handle.postId === null) return { status: 'processing', handle: handleId, ...poll }
      return { status: 'published', externalId: handle.postId, url: urlOf(handle.postId) }
    },
  }
}

function use(handle: ScriptedHandle, createPost: () => string): string | null {
  if (isOver(handle)) return null
  if (handle.postId === null) {
    handle.status = 'used'
    handle.postId = createPost()
  }
  return handle.postId
}

const isOver = ({ status }: ScriptedHandle): boolean => status === 'expired' || status === 'failed'

const expired = (): PlatformError => new PlatformError({ code: 'prepare_again', message: 'The container has expired.' })

const toReason = ({ processingRefusal }: ScriptedWorld) => ({
  code: 'processing_failed',
  message: processingRefusal ?? 'It failed.',
})

const toPrepared = ({ id, expiresAt }: ScriptedHandle) =>
  ({ status: 'prepared', uploads: { handle: id }, expiresAt }) as const

const toPublished = (id: string, fault: ScriptedFault | undefined): PublishOutcome =>
  fault?.kind === 'answer_without_id'
    ? { status: 'published' }
    : { status: 'published', externalId: id, url: urlOf(id) }

const urlOf = (id: string): string => `https://scripted.example/${id}`

/** A scripted account's token is its name. */
async function accountOf(context: CallContext): Promise<string> {
  return (await context.accessToken()).reveal()
}
