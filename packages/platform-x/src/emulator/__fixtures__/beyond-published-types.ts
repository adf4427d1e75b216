/** A member of an answer that X documents or has answered, and its published types lack. */
export interface BeyondTypes {
  readonly type: string
  /** `meta/newest_id`. */
  readonly member: string
  readonly reason: string
}

/** The whole list; a test fails for one that no answer has. */
export const beyondTypes: readonly BeyondTypes[] = [
  {
    type: 'GetActivitySubscriptionsResponse',
    member: 'meta',
    reason: 'The call takes a pagination_token, which has to come from somewhere. https://docs.x.com/x-api/activity/introduction',
  },
  {
    type: 'DeleteActivitySubscriptionResponse',
    member: 'meta',
    reason: 'The page shows meta.total_subscriptions. https://docs.x.com/x-api/activity/introduction',
  },
]

const ownCounters = ['impression_count', 'url_link_clicks', 'user_profile_clicks']
/** Reposts in the newer vocabulary. */
const paidCounters = [...ownCounters, 'like_count', 'reply_count', 'repost_count']

/** Objects that the types leave open, and what X's pages have in them. https://docs.x.com/x-api/fundamentals/metrics */
export const membersOfOpenObjects: Readonly<Record<string, readonly string[]>> = {
  'Post.non_public_metrics': [...ownCounters, 'engagements'],
  'Post.organic_metrics': paidCounters,
  'Post.promoted_metrics': paidCounters,
  'CreateMediaMetadataResponseData.associated_metadata': ['alt_text', 'sensitive_media_warning'],
  'CreateMediaSubtitlesResponseData.associated_subtitles': ['id', 'language_code', 'display_name'],
}
