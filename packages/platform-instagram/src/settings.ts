import type { StandardSchema } from '@ofm-social/core'
import * as z from 'zod'

/** What a post may set for Instagram. */
export interface InstagramSettings {
  /** `feed` (default): one image is a post, one video a reel, two to ten files a carousel. `story`: one file, gone after 24 hours, no caption. */
  readonly placement?: 'feed' | 'story'
  /** Id of a Facebook Page with a location. */
  readonly locationId?: string
  /** People shown. In images of the feed `x` and `y` are required (0 to 1, from left and top); in videos they are not allowed. */
  readonly userTags?: readonly {
    readonly username: string
    readonly x?: number
    readonly y?: number
    /** Which file of a carousel, from 0. Default 0. */
    readonly asset?: number
  }[]
  /** Usernames of up to three accounts that are invited as authors. The post is live at once; they show when they accept. */
  readonly collaborators?: readonly string[]
  /** Labels the media as made with AI, as Instagram's rules ask. */
  readonly madeWithAi?: boolean
  /** Reels: whether the reel may appear in the feed, too. Default true. */
  readonly shareToFeed?: boolean
  /** Reels: which file is the cover, from 0; a JPEG beside the video. Wins over `thumbOffsetMs`. */
  readonly coverAsset?: number
  /** Reels and videos of a carousel: the moment of the video that is its cover, in milliseconds. Default 0. */
  readonly thumbOffsetMs?: number
  /** Reels: a name for the original sound; it can be given once. */
  readonly audioName?: string
  /** Reels: shown to people who do not follow first; `MANUAL` waits for the creator, `SS_PERFORMANCE` for its success. */
  readonly trialReel?: 'MANUAL' | 'SS_PERFORMANCE'
}

/** What a post may set with the login through Facebook. */
export interface InstagramFacebookSettings extends InstagramSettings {
  /** Labels the post as a paid partnership. */
  readonly paidPartnership?: boolean
  /** Instagram ids of up to two professional accounts that pay; sets `paidPartnership` by itself. */
  readonly sponsorIds?: readonly string[]
  /** Reels: licensed sound. Volumes are 0 to 100; a video without sound of its own needs `videoVolume: 0`. */
  readonly audio?: { readonly audioId: string; readonly audioVolume?: number; readonly videoVolume?: number }
}

const id = z.string().regex(/^\d{1,32}$/, 'must be an id of Instagram: digits')
const username = z.string().regex(/^[A-Za-z0-9._]{1,30}$/, 'must be a username without @')
const share = z.number().min(0).max(1)
const volume = z.int().min(0).max(100)

const fields = {
  placement: z.enum(['feed', 'story']).optional(),
  locationId: id.optional(),
  userTags: z
    .array(
      z.strictObject({
        username,
        x: share.optional(),
        y: share.optional(),
        asset: z.int().nonnegative().optional(),
      }),
    )
    .readonly()
    .optional(),
  collaborators: z.array(username).readonly().optional(),
  madeWithAi: z.boolean().optional(),
  shareToFeed: z.boolean().optional(),
  coverAsset: z.int().nonnegative().optional(),
  thumbOffsetMs: z.int().nonnegative().optional(),
  audioName: z.string().min(1).optional(),
  trialReel: z.enum(['MANUAL', 'SS_PERFORMANCE']).optional(),
}

/** Strict: an unknown setting is a typing mistake. No defaults, so that what was given is what is stored. */
export const instagramSettingsSchema: StandardSchema<InstagramSettings> = z.strictObject(fields)

/** The same with what only the login through Facebook can set. */
export const instagramFacebookSettingsSchema: StandardSchema<InstagramFacebookSettings> = z.strictObject({
  ...fields,
  paidPartnership: z.boolean().optional(),
  sponsorIds: z.array(id).readonly().optional(),
  audio: z.strictObject({ audioId: id, audioVolume: volume.optional(), videoVolume: volume.optional() }).optional(),
})
