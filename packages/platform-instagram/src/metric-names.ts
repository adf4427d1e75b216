import type { InstagramKind } from './media-kind.ts'
import type { InstagramLogin } from './options.ts'

/** https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/instagram-media/insights */
const shared = ['views', 'reach', 'shares', 'reposts', 'total_interactions']
const ofFeed = [...shared, 'likes', 'comments', 'saved', 'follows', 'profile_visits', 'profile_activity']
const ofReel = [
  ...shared,
  'likes',
  'comments',
  'saved',
  'ig_reels_avg_watch_time',
  'ig_reels_video_view_total_time',
  'reels_skip_rate',
]
const ofStory = [...shared, 'follows', 'profile_visits', 'profile_activity', 'navigation', 'replies']

/** The names that only the login through Facebook may ask for. */
const ofFacebookLogin = {
  feed: ['total_likes', 'total_comments', 'total_views'],
  story: ['total_views', 'link_clicks'],
}

/** What Instagram counts for media of a kind: one name that does not fit fails the whole call. */
export function listMediaMetrics(kind: InstagramKind, login: InstagramLogin): readonly string[] {
  const names = kind === 'story' ? ofStory : kind === 'reel' ? ofReel : ofFeed
  if (login === 'instagram') return names
  return [...names, ...(kind === 'story' ? ofFacebookLogin.story : ofFacebookLogin.feed)]
}

/** https://developers.facebook.com/documentation/instagram-platform/api-reference/instagram-user/insights */
export const ofAccount = [
  'reach',
  'views',
  'accounts_engaged',
  'total_interactions',
  'likes',
  'comments',
  'saves',
  'shares',
  'replies',
  'reposts',
  'profile_links_taps',
]
