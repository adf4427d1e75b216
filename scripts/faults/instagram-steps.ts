import type { FaultRule } from '@ofm-social/core/testing'

export type InstagramPlatform = 'instagram' | 'instagram_facebook'
export type InstagramContent = 'image' | 'carousel' | 'reel' | 'story'

export interface InstagramStep {
  readonly step: string
  readonly match: FaultRule['match']
  /** How many such requests pass before the one that is hit. */
  readonly skip?: number
  readonly after?: 'lost publish' | 'lost comment' | 'published'
  /** Faults that only this step can have, beside those of every step. */
  readonly stories?: readonly string[]
  /** Only with the login through Facebook. */
  readonly facebookOnly?: true
}

export const PUBLISHING: FaultRule['match'] = { method: 'POST', pathPattern: '/media_publish$' }
export const COMMENTING: FaultRule['match'] = { method: 'POST', pathPattern: '/comments$' }
export const MAKING: FaultRule['match'] = { method: 'POST', pathPattern: '/media$' }
const ASKING: FaultRule['match'] = { method: 'GET', pathPattern: '/1799\\d+$' }
const LISTING: FaultRule['match'] = { method: 'GET', pathPattern: '/media$' }
export const LISTING_STORIES: FaultRule['match'] = { method: 'GET', pathPattern: '/stories$' }
const LISTING_COMMENTS: FaultRule['match'] = { method: 'GET', pathPattern: '/comments$' }

const MEDIA_STORIES = ['fetch_fail_once', 'fetch_fail_empty_uri', 'video_error_2207053', 'expired_container']
const PUBLISH_STORIES = [
  'not_ready',
  'quota_reached',
  'publish_500_but_live',
  'publish_500_not_live',
  'publish_timeout_but_live',
  'spam_block_but_live',
  'spam_block_not_live',
  'owner_posts_concurrently',
  'permalink_33',
  'expired_container',
]

const CREATE: InstagramStep = { step: 'container', match: MAKING, stories: MEDIA_STORIES }
const STATUS: InstagramStep = { step: 'status', match: ASKING }
const PUBLISH: InstagramStep = { step: 'publish', match: PUBLISHING, stories: PUBLISH_STORIES }
const LOOK_UP: InstagramStep = { step: 'look-up', match: ASKING, skip: 1, after: 'lost publish' }

/** Every request that a post of this kind makes. What is the same for another kind is not repeated there. */
export const INSTAGRAM_STEPS: Readonly<Record<InstagramContent, readonly InstagramStep[]>> = {
  image: [
    CREATE,
    STATUS,
    { step: 'limit', match: { method: 'GET', pathPattern: '/content_publishing_limit$' } },
    { step: 'before', match: LISTING },
    PUBLISH,
    { step: 'address', match: { method: 'GET', pathPattern: '/1790\\d+$' }, stories: ['permalink_33', 'app_throttle'] },
    LOOK_UP,
    { step: 'look-up in list', match: LISTING, skip: 1, after: 'lost publish' },
    { step: 'before comment', match: LISTING_COMMENTS },
    { step: 'comment', match: COMMENTING, stories: ['comment_created_then_400'] },
    { step: 'look-up of comment', match: LISTING_COMMENTS, skip: 1, after: 'lost comment' },
    { step: 'remove', match: { method: 'DELETE' }, after: 'published', facebookOnly: true },
  ],
  carousel: [
    { step: 'second child', match: MAKING, skip: 1, stories: MEDIA_STORIES },
    { step: 'status of child', match: ASKING, skip: 1 },
    { step: 'carousel', match: MAKING, skip: 3, stories: ['expired_container'] },
    PUBLISH,
    LOOK_UP,
  ],
  reel: [
    { ...CREATE, stories: [...MEDIA_STORIES, 'stuck_in_progress_with_upload_error'] },
    {
      step: 'upload',
      match: { method: 'POST', pathPattern: '/ig-api-upload/' },
      stories: ['rupload_processing_failed_but_finishes', 'rupload_interrupted_at_2000', 'video_error_2207053'],
      facebookOnly: true,
    },
    STATUS,
    PUBLISH,
  ],
  story: [PUBLISH, { step: 'look-up in list', match: LISTING_STORIES, skip: 1, after: 'lost publish' }],
}
