import type { CallContext, Evidence, UnknownAttempt } from '@ofm-social/core'
import type { InstagramListedComment } from './api-media.ts'
import { toBaseline } from './baseline.ts'
import { toComparableCaption } from './comparable-caption.ts'
import type { InstagramUploads } from './container-checkpoint.ts'
import type { Lookup } from './find-published.ts'
import type { InstagramFacebookSettings } from './settings.ts'

type Attempt = UnknownAttempt<InstagramFacebookSettings, InstagramUploads>

/** Looks through the newest comments of the post. A listing without the comment proves nothing. */
export async function findComment({ api, config }: Lookup, attempt: Attempt, context: CallContext): Promise<Evidence> {
  const { parent } = attempt.part
  if (!parent) return { status: 'ended', looked: 'there was no post to comment on' }
  const comments = await api.listComments(parent.externalId, context)
  const known = new Set([...toBaseline(attempt.baseline).ids, ...attempt.idsBoundElsewhere])
  const earliestAt = attempt.sentAt - config.clockSkewMs
  const candidates = comments.filter(
    (comment) => !known.has(comment.id) && isOurs(comment, context) && isLike(comment, attempt.part.text, earliestAt),
  )
  const looked = `the newest ${comments.length} comments of the post: ${candidates.length} like it`
  const [candidate] = candidates
  if (candidate === undefined || candidates.length > 1) return { status: 'not_yet', looked }
  return { status: 'found', externalId: candidate.id, ...(parent.url !== undefined && { url: parent.url }), looked }
}

function isLike({ text, timestamp }: InstagramListedComment, wanted: string, earliestAt: number): boolean {
  const at = Date.parse(timestamp ?? '')
  if (!Number.isNaN(at) && at < earliestAt) return false
  return toComparableCaption(text ?? '') === toComparableCaption(wanted)
}

/** Instagram may withhold who wrote a comment: an unknown author may be we. */
function isOurs({ from, username }: InstagramListedComment, { account }: CallContext): boolean {
  if (!account) return true
  const name = from?.username ?? username
  if (from?.id != null) return from.id === account.externalId || name === account.username
  return name == null || name === account.username
}
