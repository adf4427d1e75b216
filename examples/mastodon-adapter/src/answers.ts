import * as z from 'zod'

/** @see https://docs.joinmastodon.org/entities/MediaAttachment/ */
export const media = z.object({ id: z.string() })

/** @see https://docs.joinmastodon.org/entities/Status/ */
export const status = z.object({ id: z.string(), url: z.string() })
