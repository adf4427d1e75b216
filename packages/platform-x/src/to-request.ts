import type { PreparedPart } from '@ofm-social/core'
import type { XSettings } from './settings.ts'
import type { XUploads } from './upload.ts'

/** Body of `POST /2/tweets`, with what we set. Unknown fields are refused by X. https://docs.x.com/x-api/posts/create-post */
export interface XCreatePost {
  readonly text?: string
  readonly media?: { readonly media_ids: readonly string[] }
  readonly reply?: { readonly in_reply_to_tweet_id: string }
  readonly reply_settings?: string
  readonly made_with_ai?: true
  readonly paid_partnership?: true
}

/** A later part replies to the one before it, a first comment to the post. The reply setting belongs to the conversation: its first post carries it. */
export function toCreatePost(part: PreparedPart<XSettings, XUploads>): XCreatePost {
  const { kind, text, settings, uploads, parent } = part
  if (kind !== 'post' && parent === undefined) throw new TypeError(`A ${kind} needs the id of the post before it.`)
  return {
    ...(text === '' ? {} : { text }),
    ...(uploads.mediaIds.length === 0 ? {} : { media: { media_ids: uploads.mediaIds } }),
    ...(parent === undefined ? {} : { reply: { in_reply_to_tweet_id: parent.externalId } }),
    ...(parent === undefined && settings.replySettings !== undefined ? { reply_settings: settings.replySettings } : {}),
    ...(settings.madeWithAi === true && uploads.mediaIds.length > 0 ? { made_with_ai: true } : {}),
    ...(settings.paidPartnership === true ? { paid_partnership: true } : {}),
  }
}
