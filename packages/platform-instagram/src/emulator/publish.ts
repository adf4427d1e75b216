import type { EmulatorAnswer } from '@ofm-social/core/testing'
import { answerJson, graphHosts, type InstagramCall, type InstagramEndpoint } from './call.ts'
import { authenticate, requireAccount, requirePermission } from './caller.ts'
import { listChildren, toContainerStatus } from './container-status.ts'
import { parseFields, selectFields } from './fields.ts'
import { GraphRefusal, wrongParameter } from './graph-error.ts'
import { mintId, mintShortcode } from './ids.ts'
import { postFromPhone } from './post-from-phone.ts'
import { namedRefusal, readScenario } from './scenario.ts'
import type { Container, InstagramUser, Media } from './state.ts'

const dayMs = 86_400_000

/** https://developers.facebook.com/docs/instagram-platform/content-publishing */
export const publishEndpoints: readonly InstagramEndpoint[] = [
  { method: 'POST', hosts: graphHosts, path: '/:id/media_publish', answer: publishContainer },
  { method: 'GET', hosts: graphHosts, path: '/:id/content_publishing_limit', answer: readLimit },
]

function publishContainer(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const user = requireAccount(call, caller)
  requirePermission(caller, 'publish')
  const { state } = call.context
  const id = call.parameters.get('creation_id')
  if (!id) throw wrongParameter('The parameter creation_id is required')
  const container = state.containers.find((candidate) => candidate.id === id)
  if (!container) throw noContainer(id)
  if (container.accountId !== user.id) throw notFound(id)
  const scenario = readScenario(call)
  if (scenario === 'expired_container') container.expiredEarly = true
  if (container.mediaId !== null) return republish(call, container, container.mediaId)
  refuseUnready(call, container)
  if (countRecent(call, user) >= call.settings.quotaTotal) throw namedRefusal('quota_reached')
  const media = putLive(call, container)
  return playStory(call, { user, container, media, scenario })
}

function notFound(id: string): GraphRefusal {
  return new GraphRefusal({
    message: 'The requested resource does not exist',
    code: 24,
    subcode: 2207006,
    title: 'Media not found',
    userMessage: `The media with ${id} cannot be found.`,
  })
}

/** There is no such container, or no longer; `notFound` is for one that is there, and cannot be published by this caller, or again. */
function noContainer(id: string): GraphRefusal {
  return new GraphRefusal({
    message: 'The requested resource does not exist',
    code: 24,
    subcode: 2207008,
    title: 'Media not found',
    userMessage: `The media builder with creation id = ${id} does not exist or has been expired.`,
  })
}

function republish({ settings }: InstagramCall, { id }: Container, mediaId: string): EmulatorAnswer {
  if (settings.republish === 'same_media') return answerJson({ id: mediaId })
  throw notFound(id)
}

function refuseUnready({ context, settings }: InstagramCall, container: Container): void {
  switch (toContainerStatus(context.state, container, { now: context.now, settings })) {
    case 'IN_PROGRESS':
      throw namedRefusal('not_ready')
    case 'EXPIRED':
      if (settings.expiredContainer === 'not_found') throw noContainer(container.id)
      throw new GraphRefusal({
        message: 'Media expired',
        code: -2,
        subcode: 2207020,
        title: 'Media expired',
        userMessage: 'The media you are trying to access has expired. Please try to upload again.',
      })
    case 'ERROR':
      throw new GraphRefusal({ message: 'Media upload has failed', code: -1, subcode: 2207053, title: 'Upload failed' })
    default:
  }
  if (container.isCarouselItem || container.kind === 'VIDEO') {
    const message = 'This media type cannot be published on its own'
    throw new GraphRefusal({ message, code: 100, subcode: 2207089 })
  }
}

/** The moment in which it is public. */
function putLive(call: InstagramCall, container: Container): Media {
  const { state, now } = call.context
  const id = mintId(state, 'media')
  const children = listChildren(state, container).map((child) => addMedia(call, child, { parentId: id }))
  const media = addMedia(call, container, { id, childIds: children.map((child) => child.id) })
  container.mediaId = media.id
  container.publishedShowsAt = now
  return media
}

function addMedia(
  { context }: InstagramCall,
  container: Container,
  known: Partial<Pick<Media, 'id' | 'parentId' | 'childIds'>>,
): Media {
  const { state, now } = context
  const { kind, medium } = container
  const media: Media = {
    id: known.id ?? mintId(state, 'media'),
    accountId: container.accountId,
    kind: medium === 'album' ? 'CAROUSEL_ALBUM' : medium === 'video' ? 'VIDEO' : 'IMAGE',
    product: kind === 'STORIES' ? 'STORY' : kind === 'REELS' ? 'REELS' : 'FEED',
    caption: container.caption,
    altText: container.altText,
    parentId: known.parentId ?? null,
    childIds: known.childIds ?? [],
    sha256: container.sha256,
    coverSha256: container.coverSha256,
    shortcode: mintShortcode(context.random),
    createdAt: now,
    shareToFeed: container.shareToFeed,
    isAiGenerated: container.isAiGenerated,
    viaApi: true,
    commentEnabled: true,
    deletedAt: null,
    metrics: null,
    failingReads: 0,
    expiryTold: false,
  }
  state.media.push(media)
  return media
}

interface Story {
  readonly user: InstagramUser
  readonly container: Container
  readonly media: Media
  readonly scenario: string | undefined
}

const failingReads = 2

/** It is live; what the answer says is another matter. */
function playStory(call: InstagramCall, { user, container, media, scenario }: Story): EmulatorAnswer {
  switch (scenario) {
    case 'publish_500_but_live':
      container.publishedShowsAt = call.context.now + call.settings.statusLagMs
      throw namedRefusal('publish_500_not_live')
    case 'publish_timeout_but_live':
      return { status: 504, html: '<html><body><h1>504 Gateway Time-out</h1></body></html>' }
    case 'spam_block_but_live':
      throw namedRefusal('spam_block_not_live')
    case 'permalink_33':
      media.failingReads = failingReads
      return answerJson({ id: media.id })
    case 'owner_posts_concurrently':
      postFromPhone(call, user, 'FEED')
      return answerJson({ id: media.id })
    default:
      return answerJson({ id: media.id })
  }
}

function countRecent({ context }: InstagramCall, { id }: InstagramUser, since = context.now - dayMs): number {
  return context.state.media.filter(
    ({ accountId, viaApi, parentId, createdAt }) =>
      accountId === id && viaApi && parentId === null && createdAt > since,
  ).length
}

function readLimit(call: InstagramCall): EmulatorAnswer {
  const caller = authenticate(call)
  const user = requireAccount(call, caller)
  requirePermission(caller, 'publish')
  const { now } = call.context
  const since = call.parameters.get('since')
  const sinceMs = since === undefined ? now - dayMs : Number(since) * 1000
  if (!(sinceMs >= now - dayMs - 1000)) throw wrongParameter('(#100) Param since must not be older than 24 hours')
  const fields = {
    quota_usage: () => countRecent(call, user, sinceMs),
    config: () => ({ quota_total: call.settings.quotaTotal, quota_duration: dayMs / 1000 }),
  }
  const asked = parseFields(call.parameters.get('fields') || 'quota_usage')
  return answerJson({ data: [selectFields(fields, asked, 'IGContentPublishingLimit')] })
}
