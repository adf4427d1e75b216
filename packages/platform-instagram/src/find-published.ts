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
import { SETTLED_AFTER_MS } from './settled-after-ms.ts'
import { OBJECT_MISSING } from './to-platform-error.ts'

type Attempt = UnknownAttempt<InstagramFacebookSettings, InstagramUploads>

export interface Lookup {
  readonly api: InstagramApi
  readonly config: InstagramAdapterConfig
}

/** A container's status may lag behind what is live; until then one that seems unused is not published again. */
const undecidedMs = 180_000
/** What a write made public appeared within this time of its beginning. */
const nearMs = 180_000

/**
 * Asks the container, which is published at most once, then the account's newest media for the id. A container that was published is proof even
 * without the id; one that ended is proof of absence; one that still waits may be published again, for Instagram refuses that where it was used. The
 * list is proof only of a post with words: of others the creator and their other apps make more that look the same.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform/content-publishing
 */
export async function findPublished(lookup: Lookup, attempt: Attempt, context: CallContext): Promise<Evidence> {
  if (attempt.part.kind === 'comment') return findComment(lookup, attempt, context)
  const { accountId = 'me', containerId } = attempt.uploads
  if (containerId === undefined) return { status: 'ended', looked: 'there was no container to publish' }
  const status = await readStatus(lookup.api, containerId, context)
  if (status === 'expired' || status === 'failed' || status === 'blocked')
    return { status: 'ended', looked: `the container, which is ${status}` }
  const edge = toInstagramKind(attempt.part) === 'story' ? 'stories' : 'media'
  const listed = await lookup.api.listMedia({ accountId, edge, limit: 25 }, context)
  const candidates = findCandidates(listed, attempt, attempt.sentAt - lookup.config.clockSkewMs)
  const looked = `the container, which is ${status}, and the newest media: ${candidates.length} like it`
  const own = pickOwn(candidates, attempt, context)
  if (status === 'published') return { status: 'found', exact: true, ...toIds(own), looked }
  if (own && hasWords(attempt)) return { status: 'found', ...toIds(own), looked }
  const ageMs = context.now - attempt.sentAt
  if (status !== 'finished' || ageMs < undecidedMs) return { status: 'not_yet', looked }
  const isSettled = ageMs >= SETTLED_AFTER_MS
  // Several with its words are no chance: one of them may be it, and the status of its container late.
  if (candidates.length > 0 && (hasWords(attempt) || !isSettled)) return { status: 'not_yet', looked }
  if (isSettled) return { status: 'unused', looked }
  const risen = await readUnexplainedRise(lookup.api, { attempt, accountId, listed }, context)
  if (risen > 0) return { status: 'not_yet', looked: `${looked}; ${risen} more counted than known` }
  return { status: 'unused', looked }
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

function findCandidates(
  listed: readonly InstagramListedMedia[],
  attempt: Attempt,
  earliestAt: number,
): readonly InstagramListedMedia[] {
  const known = new Set([...toBaseline(attempt.baseline).ids, ...attempt.idsBoundElsewhere])
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

/**
 * The only one like it. Without words it has to be there when what was late is listed, too, and to have appeared with the write: until then it may
 * be the creator's, posted by hand.
 */
function pickOwn(
  candidates: readonly InstagramListedMedia[],
  attempt: Attempt,
  { now }: CallContext,
): InstagramListedMedia | undefined {
  const [only] = candidates.length === 1 ? candidates : []
  if (!only || hasWords(attempt)) return only
  const isSettled = now - attempt.sentAt >= SETTLED_AFTER_MS
  return isSettled && Date.parse(only.timestamp ?? '') <= attempt.sentAt + nearMs ? only : undefined
}

function hasWords({ part }: Attempt): boolean {
  return toInstagramKind(part) !== 'story' && part.text.trim() !== ''
}

/** How many posts by apps Instagram counts more than before, without those of ours that belong to other parts; 0 where it was not known. */
async function readUnexplainedRise(
  api: InstagramApi,
  given: { readonly attempt: Attempt; readonly accountId: string; readonly listed: readonly InstagramListedMedia[] },
  context: CallContext,
): Promise<number> {
  const { attempt, accountId, listed } = given
  const { ids, quotaUsed } = toBaseline(attempt.baseline)
  if (quotaUsed === null) return 0
  const limit = await api.readPublishingLimit(accountId, context)
  const explained = listed.filter(({ id }) => attempt.idsBoundElsewhere.includes(id) && !ids.includes(id))
  return limit === undefined ? 0 : limit.quota_usage - quotaUsed - explained.length
}

function toIds(media: InstagramListedMedia | undefined) {
  if (!media) return {}
  return { externalId: media.id, ...(media.permalink != null && { url: media.permalink }) }
}
