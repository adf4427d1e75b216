import { type CallContext, isPlatformError, type PartAsset, PlatformError } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import { type ContainerRecord, type ContainerWork, containerLifeMs } from './container-checkpoint.ts'
import { readContainerStatus, type UploadProgress } from './container-status.ts'
import { BLOCK_MS, REMAKES_MAX, toRemakesMax } from './error-rules.ts'
import type { InstagramAdapterConfig } from './options.ts'
import { findOffset, sendVideo } from './send-video.ts'
import { OBJECT_MISSING } from './to-platform-error.ts'

const failurePausesMs = [5_000, 20_000, 60_000]
/** How long a container may be unknown after it was made. */
const freshMs = 120_000
/** How many uploads in a row may bring not a byte more before another container is tried. */
const uploadsMax = 10
const pollsMs = {
  image: [
    { ageMs: 4_000, afterMs: 2_000 },
    { ageMs: 10_000, afterMs: 5_000 },
    { ageMs: 60_000, afterMs: 10_000 },
  ],
  video: [
    { ageMs: 10_000, afterMs: 10_000 },
    { ageMs: 60_000, afterMs: 20_000 },
  ],
} as const
const pollLaterMs = { image: 30_000, video: 60_000 } as const

/** One container of a part, and how it is made. */
export interface ContainerTask {
  readonly api: InstagramApi
  readonly config: InstagramAdapterConfig
  readonly context: CallContext
  readonly work: ContainerWork
  readonly media: 'image' | 'video'
  /** Its bytes are sent, not fetched. */
  readonly sends?: PartAsset
  create(): Promise<Pick<ContainerRecord, 'id' | 'uploadPath'>>
  save(work: ContainerWork): Promise<void>
}

/** What one call achieves. */
export type ContainerStep =
  | { readonly status: 'finished'; readonly container: ContainerRecord }
  | { readonly status: 'again'; readonly afterMs: number }

/** Brings a container one step on: makes it, sends its bytes, or asks how far it is. Never waits. */
export async function continueContainer(task: ContainerTask): Promise<ContainerStep> {
  const { container } = task.work
  const { now } = task.context
  if (container === undefined || container.createdAt + containerLifeMs <= now) return makeContainer(task)
  if (container.state === 'finished') return { status: 'finished', container }
  return askContainer(task, container)
}

async function makeContainer(task: ContainerTask): Promise<ContainerStep> {
  const { work, context, sends } = task
  try {
    const made = await task.create()
    const record: ContainerRecord = { ...made, createdAt: context.now, state: sends ? 'made' : 'processing' }
    await task.save({ container: record, failures: work.failures })
    return { status: 'again', afterMs: sends ? 1 : toPollMs(task, record) }
  } catch (error) {
    const subcode = isPlatformError(error) ? Number(error.platformCode?.split('/')[1]) : Number.NaN
    const remakesMax = toRemakesMax(subcode)
    if (!isPlatformError(error) || remakesMax === 0) throw error
    return fail(task, error.message, remakesMax)
  }
}

async function askContainer(task: ContainerTask, container: ContainerRecord): Promise<ContainerStep> {
  const { api, context, work } = task
  const said = await readStatus(api, container, context)
  switch (said.status) {
    case 'finished':
    case 'published':
      return keep(task, { ...container, state: 'finished' })
    case 'expired':
      await task.save({ failures: work.failures })
      return { status: 'again', afterMs: 1 }
    case 'failed':
      return fail(task, `Instagram could not take the file: ${said.reason}`, said.remakesMax)
    case 'blocked':
      throw new PlatformError({
        code: 'account_blocked',
        until: context.now + BLOCK_MS,
        platformCode: said.subcode,
        message: `Instagram takes nothing of this account: ${said.reason}`,
      })
    case 'unknown':
      return { status: 'again', afterMs: toPollMs(task, container) }
    case 'processing':
      if (container.state === 'made' && task.sends)
        return sendRest(task, container, { asset: task.sends, upload: said.upload })
      return awaitProcessing(task, container)
  }
}

async function awaitProcessing(task: ContainerTask, container: ContainerRecord): Promise<ContainerStep> {
  const { processingTimeoutMs } = task.config
  const { sentAt = container.createdAt } = container
  if (task.context.now - sentAt <= processingTimeoutMs) return { status: 'again', afterMs: toPollMs(task, container) }
  const message = `Instagram has not finished the file after ${processingTimeoutMs / 60_000} minutes.`
  return fail(task, message, REMAKES_MAX)
}

/**
 * Sends what Instagram has not yet. An upload that breaks off goes on in the same container: core calls again, and tells why meanwhile.
 *
 * @throws {PlatformError} `not_accepted` when it was broken off.
 */
async function sendRest(
  task: ContainerTask,
  container: ContainerRecord,
  { asset, upload }: { readonly asset: PartAsset; readonly upload: UploadProgress | undefined },
): Promise<ContainerStep> {
  const offset = findOffset(container, upload, asset)
  const reason = offset === undefined ? undefined : await sendVideo(task, { container, asset, offset })
  if (offset === undefined || reason === undefined) {
    return keep(task, { ...container, state: 'processing', sentAt: task.context.now })
  }
  const times = container.refused?.offset === offset ? container.refused.times + 1 : 1
  const brokenOff = `Instagram broke off the upload of the video, from byte ${offset} of ${asset.sizeBytes} on`
  if (times >= uploadsMax) {
    return fail(task, `${brokenOff}, ${times} times in a row: ${reason}`, REMAKES_MAX)
  }
  await task.save({ container: { ...container, refused: { offset, times } }, failures: task.work.failures })
  throw new PlatformError({ code: 'not_accepted', message: `${brokenOff}; it is tried again: ${reason}` })
}

/** A container that was made a moment ago may not be known everywhere yet; later it is as good as expired. */
async function readStatus(api: InstagramApi, container: ContainerRecord, context: CallContext) {
  try {
    return readContainerStatus(await api.readContainer(container.id, context))
  } catch (error) {
    if (!isPlatformError(error) || error.platformCode !== OBJECT_MISSING) throw error
    return { status: context.now - container.createdAt < freshMs ? 'unknown' : 'expired' } as const
  }
}

async function keep(task: ContainerTask, container: ContainerRecord): Promise<ContainerStep> {
  await task.save({ container, failures: task.work.failures })
  if (container.state === 'finished') return { status: 'finished', container }
  return { status: 'again', afterMs: toPollMs(task, container) }
}

/** Failed fetches and uploads come and go at Instagram: the container is made again a few times before the file is blamed. */
async function fail(task: ContainerTask, message: string, remakesMax: number): Promise<ContainerStep> {
  const failures = task.work.failures + 1
  if (failures > remakesMax) throw new PlatformError({ code: 'invalid_post', message })
  await task.save({ failures })
  return { status: 'again', afterMs: failurePausesMs[failures - 1] ?? 60_000 }
}

function toPollMs({ context, media }: ContainerTask, { createdAt }: ContainerRecord): number {
  const ageMs = context.now - createdAt
  return pollsMs[media].find((poll) => ageMs < poll.ageMs)?.afterMs ?? pollLaterMs[media]
}
