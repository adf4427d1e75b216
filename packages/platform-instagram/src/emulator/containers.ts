import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint, toHostUrl } from './call.ts'
import { authenticate, requireAccount, requirePermission } from './caller.ts'
import { type ContainerInput, readContainerInput } from './container-input.ts'
import { fetchMedia } from './fetch-media.ts'
import { wrongParameter } from './graph-error.ts'
import { mintId } from './ids.ts'
import { mediaRefusal } from './media-errors.ts'
import { findImageProblem, findVideoProblem, imageSizeBytesMax, readFacts, toVideoLimits } from './media-rules.ts'
import { readScenario, toFailure } from './scenario.ts'
import type { Container, InstagramState, InstagramUser } from './state.ts'

const dayMs = 86_400_000

/** https://developers.facebook.com/docs/instagram-platform/content-publishing */
export const containerEndpoints: readonly InstagramEndpoint[] = [
  { method: 'POST', hosts: graphHosts, path: '/:id/media', answer: createContainer },
]

async function createContainer(call: InstagramCall): Promise<EmulatorAnswer> {
  const caller = authenticate(call)
  const user = requireAccount(call, caller)
  requirePermission(caller, 'publish')
  const input = readContainerInput(call, caller, user)
  const { state, now } = call.context
  const recent = state.containers.filter(({ accountId, createdAt }) => accountId === user.id && createdAt > now - dayMs)
  if (recent.length >= call.settings.containersMax) throw mediaRefusal(2207032)
  checkChildren(state, user, input)
  const container = toContainer(call, user, input)
  if (input.medium === 'image') await loadImage(call, container, input.mediaUrl ?? '')
  if (input.coverUrl) container.coverSha256 = await loadCover(call, input.coverUrl)
  if (input.medium === 'video' && input.mediaUrl) await loadVideo(call, container, input.mediaUrl)
  state.containers.push(container)
  const uri = `${toHostUrl(call, 'rupload.facebook.com')}/ig-api-upload/${call.version}/${container.id}`
  return answerJson(input.isResumable ? { id: container.id, uri } : { id: container.id })
}

function toContainer(call: InstagramCall, user: InstagramUser, input: ContainerInput): Container {
  const { state, now, fault } = call.context
  const { mediaUrl, coverUrl, isResumable, ...said } = input
  const processingMs = fault?.kind === 'slow_processing' ? fault.ms : toProcessingMs(call, input)
  const scenario = readScenario(call)
  const isStuck = scenario === 'stuck_in_progress_with_upload_error'
  return {
    id: mintId(state, 'container'),
    accountId: user.id,
    createdAt: now,
    ...said,
    sha256: null,
    coverSha256: null,
    readyAt: isResumable || isStuck ? null : now + processingMs,
    failure: isStuck || scenario === 'expired_container' ? null : toFailure(scenario),
    upload:
      isResumable || isStuck ? { parts: [], transferred: 0, fileSize: null, error: isStuck ? lostFile : null } : null,
    mediaId: null,
    publishedShowsAt: 0,
    expiredEarly: scenario === 'expired_container',
  }
}

const lostFile = { code: 1363008, message: 'OIL Error[FILE_NOT_FOUND: 6]: File not found.' }

/** How long media of this kind process. */
export function toProcessingMs({ settings }: InstagramCall, { medium }: Pick<Container, 'medium'>): number {
  if (medium === 'video') return settings.videoProcessingMs
  return medium === 'image' ? settings.imageProcessingMs : settings.carouselProcessingMs
}

function checkChildren(state: InstagramState, user: InstagramUser, { kind, childIds }: ContainerInput): void {
  if (kind !== 'CAROUSEL') return
  if (childIds.length < 2 || childIds.length > 10) throw mediaRefusal(2207028)
  for (const id of childIds) {
    const child = state.containers.find((container) => container.id === id && container.accountId === user.id)
    if (!child?.isCarouselItem || child.mediaId !== null) {
      throw wrongParameter(`(#100) Param children contains ${id}, which is no carousel item`)
    }
  }
}

/** Problems of pictures are said at once. */
async function loadImage(call: InstagramCall, container: Container, url: string): Promise<void> {
  const fetched = await fetchMedia(url, imageSizeBytesMax, call.settings)
  if (fetched.status === 'too_large') throw mediaRefusal(2207004)
  if (fetched.status === 'failed') throw mediaRefusal(fetched.subcode, url)
  const problem = findImageProblem(await readFacts(fetched.bytes), container.kind, call.settings)
  if (problem !== undefined) throw mediaRefusal(problem, problem === 2207052 ? url : undefined)
  container.sha256 = call.context.blobs.put(fetched.bytes)
}

async function loadCover(call: InstagramCall, url: string): Promise<string> {
  const fetched = await fetchMedia(url, imageSizeBytesMax, call.settings)
  if (fetched.status === 'too_large') throw mediaRefusal(2207004)
  if (fetched.status === 'failed') throw mediaRefusal(fetched.subcode, url)
  const problem = findImageProblem(await readFacts(fetched.bytes), 'STORIES', call.settings)
  if (problem !== undefined) throw mediaRefusal(problem)
  return call.context.blobs.put(fetched.bytes)
}

/** Problems of videos are said when processing ends. */
export async function loadVideo(call: InstagramCall, container: Container, url: string): Promise<void> {
  const { sizeBytesMax } = toVideoLimits(container.kind, call.settings)
  const fetched = await fetchMedia(url, sizeBytesMax, call.settings)
  if (fetched.status === 'fetched') return keepVideo(call, container, fetched.bytes)
  container.failure ??= String(fetched.status === 'failed' ? fetched.subcode : 2207026)
}

/** Keeps the bytes of a video, and what is wrong with them. */
export async function keepVideo(call: InstagramCall, container: Container, bytes: Uint8Array): Promise<void> {
  const problem = findVideoProblem(await readFacts(bytes), container, call.settings)
  container.sha256 = call.context.blobs.put(bytes)
  if (problem !== undefined) container.failure ??= String(problem)
}
