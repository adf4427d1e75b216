import { createHash } from 'node:crypto'
import {
  type CallContext,
  type Evidence,
  isPlatformError,
  type PartRequest,
  type UnknownAttempt,
} from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import type { InstagramListedMedia } from './api-media.ts'
import { toBaseline } from './baseline.ts'
import { toComparableCaption } from './comparable-caption.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import { readContainerStatus } from './container-status.ts'
import { findComment } from './find-comment.ts'
import { toInstagramKind } from './media-kind.ts'
import type { InstagramAdapterConfig } from './options.ts'
import type { InstagramFacebookSettings, InstagramSettings } from './settings.ts'
import { OBJECT_MISSING } from './to-platform-error.ts'

type Attempt = UnknownAttempt<InstagramFacebookSettings, InstagramUploads>

export interface Lookup {
  readonly api: InstagramApi
  readonly config: InstagramAdapterConfig
}

/** A container's status may lag behind what is live; until then one that seems unused is not published again. */
const undecidedMs = 180_000

/**
 * Asks the container, which is published at most once, then the account's newest media for the id. A container that was published is proof even
 * without the id; one that ended is proof of absence; one that still waits may be published again after three minutes.
 */
export async function findPublished(lookup: Lookup, attempt: Attempt, context: CallContext): Promise<Evidence> {
  if (attempt.part.kind === 'comment') return findComment(lookup, attempt, context)
  const { accountId = 'me', containerId } = attempt.uploads
  if (containerId === undefined) return { status: 'ended', looked: 'there was no container to publish' }
  const status = await readStatus(lookup.api, containerId, context)
  if (status === 'expired' || status === 'failed' || status === 'blocked')
    return { status: 'ended', looked: `the container, which is ${status}` }
  const candidates = await listCandidates(lookup, attempt, accountId, context)
  const [candidate] = candidates.length === 1 ? candidates : []
  const shown = `the container, which is ${status}, and the newest media: ${candidates.length} like it`
  if (status === 'published') return { status: 'found', exact: true, ...toIds(candidate), looked: shown }
  const quotaRose = await readQuotaRise(lookup.api, attempt, accountId, context)
  const isProven = candidate !== undefined && (hasWords(attempt) || quotaRose === true)
  if (isProven) return { status: 'found', ...toIds(candidate), looked: shown }
  const isUnused = status === 'finished' && candidate === undefined && quotaRose !== true
  const isOld = context.now - attempt.sentAt >= undecidedMs
  return isUnused && isOld ? { status: 'unused', looked: shown } : { status: 'not_yet', looked: shown }
}

/** What a listing could take for the same. Hashed, for a caption may be long; core keeps accounts apart. */
export function toLikeness(part: PartRequest<InstagramSettings>): string {
  const visible = JSON.stringify([toInstagramKind(part), toComparableCaption(part.text)])
  return createHash('sha256').update(visible).digest('hex')
}

async function readStatus(api: InstagramApi, containerId: string, context: CallContext) {
  try {
    return readContainerStatus(await api.readContainer(containerId, context)).status
  } catch (error) {
    // Not known: neither used nor unused.
    if (isPlatformError(error) && error.platformCode === OBJECT_MISSING) return 'unknown'
    throw error
  }
}

async function listCandidates(
  { api, config }: Lookup,
  attempt: Attempt,
  accountId: string,
  context: CallContext,
): Promise<readonly InstagramListedMedia[]> {
  const edge = toInstagramKind(attempt.part) === 'story' ? 'stories' : 'media'
  const listed = await api.listMedia({ accountId, edge, limit: 25 }, context)
  const known = new Set([...toBaseline(attempt.baseline).ids, ...attempt.idsBoundElsewhere])
  const earliestAt = attempt.sentAt - config.clockSkewMs
  return listed.filter((media) => !known.has(media.id) && isLike(media, attempt, earliestAt))
}

function isLike(media: InstagramListedMedia, { part }: Attempt, earliestAt: number): boolean {
  const at = Date.parse(media.timestamp ?? '')
  if (!Number.isNaN(at) && at < earliestAt) return false
  const kind = toInstagramKind(part)
  if (kind === 'story') return true
  if (toListedKind(media) !== kind) return false
  return toComparableCaption(media.caption ?? '') === toComparableCaption(part.text)
}

/** The product type may be withheld; then the type decides. */
function toListedKind({ media_type: type, media_product_type: product }: InstagramListedMedia): string {
  if (type === 'CAROUSEL_ALBUM') return 'carousel'
  if (product === 'REELS' || type === 'VIDEO') return 'reel'
  return 'image'
}

/** Without words anything that the creator posts by hand meanwhile looks the same. */
function hasWords({ part }: Attempt): boolean {
  return toInstagramKind(part) !== 'story' && part.text.trim() !== ''
}

/** Whether Instagram counts more posts by apps than before; undefined where it was not known. */
async function readQuotaRise(
  api: InstagramApi,
  { baseline }: Attempt,
  accountId: string,
  context: CallContext,
): Promise<boolean | undefined> {
  const { quotaUsed } = toBaseline(baseline)
  if (quotaUsed === null) return undefined
  const limit = await api.readPublishingLimit(accountId, context)
  return limit && limit.quota_usage > quotaUsed
}

function toIds(media: InstagramListedMedia | undefined) {
  if (!media) return {}
  return { externalId: media.id, ...(media.permalink != null && { url: media.permalink }) }
}
