import type { AccountSocialEvent } from '@ofm-social/core'
import * as z from 'zod'

/** A comment or reply under media of the account, its own included. */
export interface InstagramCommentEvent {
  readonly name: 'comments'
  readonly commentId: string
  readonly text?: string
  /** Of the comment that it answers. */
  readonly parentId?: string
  readonly from?: { readonly id: string; readonly username?: string }
  /** Of a boosted post with its advertisement, and with the media that was boosted. Without an id where Instagram leaves it out: in albums. */
  readonly media?: {
    readonly id?: string
    /** `FEED`, `REELS`, …: Instagram's own. */
    readonly productType?: string
    readonly adId?: string
    readonly adTitle?: string
    readonly originalMediaId?: string
  }
}

/** Somebody named the account: in a comment, else in the caption of media. */
export interface InstagramMentionEvent {
  readonly name: 'mentions'
  readonly mediaId: string
  readonly commentId?: string
}

/** What a story came to, told when it is over. Only with the login through Facebook. */
export interface InstagramStoryInsightsEvent {
  readonly name: 'story_insights'
  readonly mediaId: string
  /** By Instagram's own names. What it did not say is missing, never zero. */
  readonly counters: {
    readonly [Name in StoryCounter]?: number
  }
}

type StoryCounter = 'reach' | 'impressions' | 'taps_forward' | 'taps_back' | 'exits' | 'replies'

interface InstagramMessagingBase {
  readonly name: 'messaging'
  readonly senderId: string
  readonly recipientId: string
  readonly sentAt?: Date
}

/** A private message, or what was done with one. What Instagram says of the latter is handed on as it came. */
export type InstagramMessagingEvent = InstagramMessagingBase &
  (
    | {
        readonly kind: 'message'
        readonly messageId: string
        readonly text?: string
        readonly attachments?: readonly unknown[]
      }
    | { readonly kind: (typeof messageSignals)[number]; readonly content: unknown }
  )

/** What Instagram tells about an account, by its own name of it. */
export type InstagramEvent =
  | InstagramCommentEvent
  | InstagramMentionEvent
  | InstagramStoryInsightsEvent
  | InstagramMessagingEvent

const messageSignals = ['read', 'reaction', 'postback'] as const
const platforms: readonly string[] = ['instagram', 'instagram_facebook']

/** Ids are decimal strings; a small one may have come as a number. */
const id = z.union([z.string().min(1), z.int()]).transform(String)
const comment = z.object({
  id,
  text: z.string().nullish(),
  parent_id: id.nullish(),
  from: z.object({ id, username: z.string().nullish() }).nullish(),
  media: z
    .object({
      id: id.nullish(),
      media_product_type: z.string().nullish(),
      ad_id: id.nullish(),
      ad_title: z.string().nullish(),
      original_media_id: id.nullish(),
    })
    .nullish(),
})
const mention = z.object({ media_id: id, comment_id: id.nullish() })
const counter = z.number().nullish()
const storyInsights = z.object({
  media_id: id,
  reach: counter,
  impressions: counter,
  taps_forward: counter,
  taps_back: counter,
  exits: counter,
  replies: counter,
})
const messaging = z.object({
  sender: z.object({ id }),
  recipient: z.object({ id }),
  timestamp: z.number().nullish(),
  message: z
    .object({ mid: z.string(), text: z.string().nullish(), attachments: z.array(z.unknown()).nullish() })
    .nullish(),
  read: z.unknown().optional(),
  reaction: z.unknown().optional(),
  postback: z.unknown().optional(),
})

/**
 * Reads what Instagram told by a webhook from an event of `social.on('account.platform_event', …)`. Null for everything else: another platform, a name
 * that has no type here, a payload without what its name promises. All of these are in `event.details` as they came.
 *
 * @see https://developers.facebook.com/docs/instagram-platform/webhooks/examples
 */
export function parseInstagramEvent({
  type,
  account,
  details,
}: Pick<AccountSocialEvent, 'type' | 'account' | 'details'>): InstagramEvent | null {
  if (type !== 'account.platform_event' || !platforms.includes(account.platform)) return null
  const { payload } = details
  switch (details.name) {
    case 'comments':
      return toEvent(comment, payload, toComment)
    case 'mentions':
      return toEvent(mention, payload, ({ media_id: mediaId, comment_id: commentId }) => ({
        name: 'mentions',
        mediaId,
        ...(commentId != null && { commentId }),
      }))
    case 'story_insights':
      return toEvent(storyInsights, payload, ({ media_id: mediaId, ...counters }) => ({
        name: 'story_insights',
        mediaId,
        counters: dropMissing(counters),
      }))
    case 'messaging':
      return toEvent(messaging, payload, toMessaging)
    default:
      return null
  }
}

function toEvent<Payload>(
  schema: z.ZodType<Payload>,
  payload: unknown,
  read: (payload: Payload) => InstagramEvent | null,
): InstagramEvent | null {
  const parsed = schema.safeParse(payload)
  return parsed.success ? read(parsed.data) : null
}

function toComment({ id: commentId, text, parent_id: parentId, from, media }: z.infer<typeof comment>): InstagramEvent {
  return {
    name: 'comments',
    commentId,
    ...dropMissing({ text, parentId }),
    ...(from && { from: { id: from.id, ...dropMissing({ username: from.username }) } }),
    ...(media && {
      media: dropMissing({
        id: media.id,
        productType: media.media_product_type,
        adId: media.ad_id,
        adTitle: media.ad_title,
        originalMediaId: media.original_media_id,
      }),
    }),
  }
}

function toMessaging({ sender, recipient, timestamp, message, ...signals }: z.infer<typeof messaging>) {
  const sent = {
    name: 'messaging',
    senderId: sender.id,
    recipientId: recipient.id,
    ...(timestamp != null && { sentAt: new Date(timestamp) }),
  } as const
  if (message) {
    const { mid: messageId, text, attachments } = message
    return { ...sent, kind: 'message', messageId, ...dropMissing({ text, attachments }) } as const
  }
  const kind = messageSignals.find((signal) => signals[signal] != null)
  return kind ? { ...sent, kind, content: signals[kind] } : null
}

/** Null on their side is missing on ours. */
function dropMissing<Value extends object>(value: Value): { [Name in keyof Value]?: NonNullable<Value[Name]> } {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member != null)) as never
}
