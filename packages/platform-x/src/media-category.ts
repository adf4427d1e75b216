import type { MediaInfo } from '@ofm-social/core'

/** What X does with a file: pictures go up in one piece, the others in segments and are processed. */
export type XMediaCategory = 'tweet_image' | 'tweet_gif' | 'tweet_video'

/** A GIF that does not move is a picture. Files that X cannot take count as pictures; `checkPart` has refused them. */
export function toMediaCategory(mediaInfo: MediaInfo): XMediaCategory {
  if (mediaInfo.kind === 'video') return 'tweet_video'
  const isMoving = mediaInfo.kind === 'image' && mediaInfo.format === 'gif' && mediaInfo.animation !== undefined
  return isMoving ? 'tweet_gif' : 'tweet_image'
}
