import type { PreparedPart } from '@ofm-social/core'
import type { XSettings } from './settings.ts'
import type { XUploads } from './upload.ts'

/** Body of `POST /2/tweets`, with what we set. Unknown fields are refused by X. https://docs.x.com/x-api/posts/create-post */
export interface XCreatePost {
  readonly text?: string
  readonly media?: { readonly media_ids: readonly string[]; readonly tagged_user_ids?: readonly string[] }
  readonly reply?: { readonly in_reply_to_tweet_id: string }
  readonly poll?: { readonly options: readonly string[]; readonly duration_minutes: number }
  readonly quote_tweet_id?: string
  readonly community_id?: string
  readonly share_with_followers?: true
  readonly for_super_followers_only?: true
  readonly geo?: { readonly place_id: string }
  readonly edit_options?: { readonly previous_post_id: string }
  readonly reply_settings?: string
  readonly made_with_ai?: true
  readonly paid_partnership?: true
}

/** A later part replies to the one before it, a first comment to the post. What belongs to the conversation its first post carries. */
export function toCreatePost(part: PreparedPart<XSettings, XUploads>): XCreatePost {
  const { kind, text, settings, uploads, parent } = part
  if (kind !== 'post' && parent === undefined) throw new TypeError(`A ${kind} needs the id of the post before it.`)
  return {
    ...(text === '' ? {} : { text }),
    ...(uploads.mediaIds.length === 0 ? {} : { media: toMedia(uploads, settings) }),
    ...toPlace(part),
    ...(kind === 'post' ? toFirst(settings) : {}),
    ...(settings.madeWithAi === true && uploads.mediaIds.length > 0 ? { made_with_ai: true } : {}),
    ...(settings.paidPartnership === true ? { paid_partnership: true } : {}),
  }
}

function toMedia({ mediaIds }: XUploads, { taggedUserIds = [] }: XSettings): XCreatePost['media'] {
  return { media_ids: mediaIds, ...(taggedUserIds.length === 0 ? {} : { tagged_user_ids: taggedUserIds }) }
}

/** The post that a part answers to: the one before it, or one that the settings name. */
export function toReplyTarget({
  parent,
  kind,
  settings,
}: Pick<PreparedPart<XSettings>, 'parent' | 'kind' | 'settings'>): string | undefined {
  return parent?.externalId ?? (kind === 'post' ? settings.replyToPostId : undefined)
}

function toPlace(part: PreparedPart<XSettings, XUploads>): Pick<XCreatePost, 'reply'> {
  const target = toReplyTarget(part)
  return target === undefined ? {} : { reply: { in_reply_to_tweet_id: target } }
}

/** What the first post carries for the whole conversation. */
function toFirst(settings: XSettings): Partial<XCreatePost> {
  const { poll, quotePostId, communityId, placeId, editOfPostId, replySettings } = settings
  return {
    ...(replySettings === undefined ? {} : { reply_settings: replySettings }),
    ...(poll === undefined ? {} : { poll: { options: poll.options, duration_minutes: poll.durationMinutes } }),
    ...(quotePostId === undefined ? {} : { quote_tweet_id: quotePostId }),
    ...(communityId === undefined ? {} : { community_id: communityId }),
    ...(settings.shareWithFollowers === true ? { share_with_followers: true } : {}),
    ...(settings.subscribersOnly === true ? { for_super_followers_only: true } : {}),
    ...(placeId === undefined ? {} : { geo: { place_id: placeId } }),
    ...(editOfPostId === undefined ? {} : { edit_options: { previous_post_id: editOfPostId } }),
  }
}
