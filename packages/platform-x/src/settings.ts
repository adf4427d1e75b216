import type { StandardSchema } from '@ofm-social/core'
import * as z from 'zod'

/** What a post may set for X. */
export interface XSettings {
  /** Who may reply to the post; everyone when absent. Carried by the first post of a thread. */
  readonly replySettings?: 'following' | 'mentionedUsers' | 'subscribers' | 'verified'
  /** Labels the media as made with AI, as X's rules ask. */
  readonly madeWithAi?: boolean
  /** Labels the post as a paid promotion, as X's rules ask. */
  readonly paidPartnership?: boolean
}

/** Strict: an unknown setting is a typing mistake. No defaults, so that what was given is what is stored. */
export const xSettingsSchema: StandardSchema<XSettings> = z.strictObject({
  replySettings: z.enum(['following', 'mentionedUsers', 'subscribers', 'verified']).optional(),
  madeWithAi: z.boolean().optional(),
  paidPartnership: z.boolean().optional(),
})
