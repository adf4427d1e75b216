import * as z from 'zod'

/** What a post may set for Mastodon. */
export interface MastodonSettings {
  readonly visibility?: 'public' | 'unlisted' | 'private' | 'direct' | undefined
}

/** Strict: an unknown setting is a typing mistake. */
export const mastodonSettings = z.strictObject({
  visibility: z.enum(['public', 'unlisted', 'private', 'direct']).optional(),
}) satisfies z.ZodType<MastodonSettings>
