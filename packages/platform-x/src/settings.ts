import type { StandardSchema } from '@ofm-social/core'
import * as z from 'zod'

/** What a post may set for X. What belongs to the whole (who may reply, poll, quote, community) is carried by the first part of a thread. */
export interface XSettings {
  /** Who may reply to the post; everyone when absent. */
  readonly replySettings?: 'following' | 'mentionedUsers' | 'subscribers' | 'verified'
  /** Labels the media as made with AI, as X's rules ask. */
  readonly madeWithAi?: boolean
  /** Labels the post as a paid promotion, as X's rules ask. */
  readonly paidPartnership?: boolean
  /** 2 to 4 answers of at most 25 characters; open for 5 minutes to 7 days. Never beside media or a quote. */
  readonly poll?: { readonly options: readonly string[]; readonly durationMinutes: number }
  /** X's ids of people to tag in the media, at most 10. X leaves out whoever does not allow it. */
  readonly taggedUserIds?: readonly string[]
  /** A Community that the account is a member of. */
  readonly communityId?: string
  /** Shows a post of a Community to followers, too. */
  readonly shareWithFollowers?: boolean
  /** For subscribers of the account only; the account must offer subscriptions. */
  readonly subscribersOnly?: boolean
  /** Names a place, for accounts with location switched on. */
  readonly placeId?: string
  /** Post to quote. X's plan `enterprise` only. */
  readonly quotePostId?: string
  /** Post to reply to: one of the account's own, or one whose author mentioned the account. */
  readonly replyToPostId?: string
  /** Own post that this one replaces, while X says that it can: an hour at most, five times, for Premium. Asked before it is sent. Gives a new id. */
  readonly editOfPostId?: string
  /** Subtitles of the one video, as SubRip (`.srt`) text. */
  readonly subtitles?: readonly {
    /** Two capital letters, `EN`. */
    readonly languageCode: string
    readonly displayName: string
    readonly srt: string
  }[]
}

const id = z.string().regex(/^\d{1,19}$/, 'must be an id of X: 1 to 19 digits')

/** Strict: an unknown setting is a typing mistake. No defaults, so that what was given is what is stored. */
export const xSettingsSchema: StandardSchema<XSettings> = z.strictObject({
  replySettings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
  madeWithAi: z.boolean().optional(),
  paidPartnership: z.boolean().optional(),
  poll: z.strictObject({ options: z.array(z.string()).readonly(), durationMinutes: z.int() }).optional(),
  taggedUserIds: z.array(id).readonly().optional(),
  communityId: id.optional(),
  shareWithFollowers: z.boolean().optional(),
  subscribersOnly: z.boolean().optional(),
  placeId: z.string().min(1).optional(),
  quotePostId: id.optional(),
  replyToPostId: id.optional(),
  editOfPostId: id.optional(),
  subtitles: z
    .array(
      z.strictObject({
        languageCode: z.string().regex(/^[A-Z]{2}$/, 'must be two capital letters, such as EN'),
        displayName: z.string().min(1),
        srt: z.string().min(1),
      }),
    )
    .readonly()
    .optional(),
})
