import type { CallContext, Evidence, UnknownAttempt } from '@ofm-social/core'
import type { InstagramListedComment, InstagramListedComments } from './api-media.ts'
import { toBaseline } from './baseline.ts'
import { toComparableCaption } from './comparable-caption.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import type { Lookup } from './find-published.ts'
import type { InstagramFacebookSettings } from './settings.ts'
import { SETTLED_AFTER_MS } from './settled-after-ms.ts'

type Attempt = UnknownAttempt<InstagramFacebookSettings, InstagramUploads>

/** Of 50 comments each: more are not read to find one. */
const PAGES_MAX = 10

/**
 * Looks through the newest comments of the post, and once it is settled through all. The comment is absent when none of ours has been added, and
 * Instagram counts no comment that the list does not show: list and count would have to be late together.
 */
export async function findComment(lookup: Lookup, attempt: Attempt, context: CallContext): Promise<Evidence> {
  const { parent } = attempt.part
  if (!parent) return { status: 'ended', looked: 'there was no post to comment on' }
  const isSettled = context.now - attempt.sentAt >= SETTLED_AFTER_MS
  const pages = { mediaId: parent.externalId, pagesMax: isSettled ? PAGES_MAX : 1 }
  const listed = await lookup.api.listComments(pages, context)
  const known = new Set([...toBaseline(attempt.baseline).ids, ...attempt.idsBoundElsewhere])
  const added = listed.comments.filter((comment) => !known.has(comment.id) && mayBeOurs(comment, context))
  const earliestAt = attempt.sentAt - lookup.config.clockSkewMs
  const candidates = added.filter((comment) => isLike(comment, attempt.part.text, earliestAt))
  const looked = `the newest ${listed.comments.length} comments of the post: ${candidates.length} like it`
  const [candidate] = candidates
  if (candidate !== undefined && candidates.length === 1) {
    return { status: 'found', externalId: candidate.id, ...(parent.url !== undefined && { url: parent.url }), looked }
  }
  if (!isSettled || added.length > 0 || !listed.isComplete) return { status: 'not_yet', looked }
  // After the list, so that what is written in between makes the count higher, never the list longer.
  const counted = await lookup.api.readCommentCount(parent.externalId, context)
  const shown = `${looked}; they are all of them, and Instagram counts ${counted ?? 'none'}`
  const isAbsent = counted !== undefined && counted <= countListed(listed)
  return { status: isAbsent ? 'ended' : 'not_yet', looked: shown }
}

function isLike({ text, timestamp }: InstagramListedComment, wanted: string, earliestAt: number): boolean {
  const at = Date.parse(timestamp ?? '')
  if (!Number.isNaN(at) && at < earliestAt) return false
  return toComparableCaption(text ?? '') === toComparableCaption(wanted)
}

/** Instagram may withhold who wrote a comment: an unknown author may be we. */
function mayBeOurs({ from, username }: InstagramListedComment, { account }: CallContext): boolean {
  if (!account) return true
  const name = from?.username ?? username
  if (from?.id != null) return from.id === account.externalId || name === account.username
  return name == null || name === account.username
}

const countListed = ({ comments }: InstagramListedComments): number =>
  comments.reduce((count, { replies }) => count + 1 + (replies?.data.length ?? 0), 0)
