import { readSubscription } from './media-categories.ts'
import { listMedia } from './media-object.ts'
import type { XUser } from './state.ts'
import { readVerifiedType } from './verified-type.ts'
import { pick, type Viewing } from './viewing.ts'

/** A user as a read shows it. The subscription is real only for who asks. */
export function toUserObject(viewing: Viewing, user: XUser): Readonly<Record<string, unknown>> {
  const { state, settings, selection, viewerId } = viewing
  const isSelf = user.id === viewerId
  const isLegacy = selection.dialect === 'legacy'
  const subscription = readSubscription(settings, user.username)
  const verifiedType = readVerifiedType(settings, user.username)
  const posts = state.posts.filter(
    ({ authorId, deletedAt, editedAt }) => authorId === user.id && deletedAt === null && editedAt === null,
  )
  const all = {
    created_at: new Date(user.createdAt).toISOString(),
    description: '',
    most_recent_tweet_id: posts.at(-1)?.id,
    profile_image_url: 'https://abs.twimg.com/sticky/default_profile_images/default_profile_normal.png',
    protected: settings.protectedAccounts.includes(user.username),
    public_metrics: {
      followers_count: state.follows.filter(({ targetId }) => targetId === user.id).length,
      following_count: state.follows.filter(({ userId }) => userId === user.id).length,
      [isLegacy ? 'tweet_count' : 'post_count']: posts.length,
      listed_count: 0,
      like_count: state.likes.filter(({ userId }) => userId === user.id).length,
      media_count: posts.flatMap(({ mediaIds }) => listMedia(state, mediaIds)).length,
    },
    subscription_type: isSelf ? subscription : 'None',
    verified: verifiedType !== 'none',
    verified_followers_count: 0,
    verified_type: verifiedType,
  }
  return { id: user.id, name: user.name, username: user.username, ...pick(all, selection.user) }
}
