import {
  type CallContext,
  isPlatformError,
  PlatformError,
  type PreparedPart,
  type PublishOutcome,
} from '@ofm-social/core'
import { toPostUrl } from './account.ts'
import type { XApi } from './api.ts'
import type { XSettings } from './settings.ts'
import { readSnowflakeTime } from './snowflake.ts'
import { MEDIA_IDS_INVALID, REPLY_TARGET_INVISIBLE } from './to-platform-error.ts'
import { toCreatePost } from './to-request.ts'
import type { XUploads } from './upload.ts'

type Part = PreparedPart<XSettings, XUploads>

const freshMediaMs = 30_000
const mediaRetryMs = 3_000
/** A part that is refused because the one before is not visible goes again after these, by the age of the one before. */
const replyRetries = [
  { parentAgeBelowMs: 3_000, retryAfterMs: 2_000 },
  { parentAgeBelowMs: 9_000, retryAfterMs: 5_000 },
  { parentAgeBelowMs: 30_000, retryAfterMs: 10_000 },
]

/** The one write. X answers it at once, with the id. */
export async function publishPart(
  { api, webUrl }: { readonly api: XApi; readonly webUrl: string },
  part: Part,
  context: CallContext,
): Promise<PublishOutcome> {
  const body = toCreatePost(part)
  try {
    const { id } = await api.createPost(body, context)
    return { status: 'published', externalId: id, url: toPostUrl(webUrl, id, context) }
  } catch (error) {
    throw isPlatformError(error) ? toPassingRefusal(error, part, context.now) : error
  }
}

/** X refuses for good what it does not know yet: new media and the post before, for some seconds after they were made. */
function toPassingRefusal(error: PlatformError, { uploads, parent }: Part, now: number): PlatformError {
  if (error.platformCode === MEDIA_IDS_INVALID && now - readNewestUploadTime(uploads, now) < freshMediaMs) {
    return toNotAccepted(error, mediaRetryMs)
  }
  if (error.platformCode === REPLY_TARGET_INVISIBLE && parent !== undefined) {
    const parentAgeMs = now - readSnowflakeTime(parent.externalId)
    const retry = replyRetries.find(({ parentAgeBelowMs }) => parentAgeMs < parentAgeBelowMs)
    if (retry !== undefined) return toNotAccepted(error, retry.retryAfterMs)
  }
  return error
}

/** When the last file went up: what a call stores is when it began, while the ids of media are dated like all of X's. */
function readNewestUploadTime({ mediaIds, readyAt = 0 }: XUploads, now: number): number {
  const dated = mediaIds.map(readSnowflakeTime).filter((time) => time < now + freshMediaMs)
  return Math.max(readyAt, ...dated)
}

function toNotAccepted(error: PlatformError, retryAfterMs: number): PlatformError {
  const { message, platformCode, status } = error
  return new PlatformError({ code: 'not_accepted', message, platformCode, status, retryAfterMs, cause: error })
}
