import { readSubscription } from './media-categories.ts'
import { listMedia } from './post-object.ts'
import type { Selection } from './selection.ts'
import type { XState, XUser } from './state.ts'
import type { XSettings } from './switches.ts'

/** A user as a read shows it. The subscription is real only for who asks. */
export function toUserObject(
  state: XState,
  settings: XSettings,
  { dialect, user: fields }: Selection,
  { user, viewerId }: { readonly user: XUser; readonly viewerId: string | null },
): Readonly<Record<string, unknown>> {
  const isSelf = user.id === viewerId
  const subscription = readSubscription(settings, user.username)
  const isPaid = subscription !== 'None'
  const posts = state.posts.filter(({ authorId, deletedAt }) => authorId === user.id && deletedAt === null)
  const all: Readonly<Record<string, unknown>> = {
    created_at: new Date(user.createdAt).toISOString(),
    description: '',
    protected: false,
    public_metrics: {
      followers_count: 0,
      following_count: 0,
      [dialect === 'legacy' ? 'tweet_count' : 'post_count']: posts.length,
      listed_count: 0,
      like_count: 0,
      media_count: posts.flatMap(({ mediaIds }) => listMedia(state, mediaIds)).length,
    },
    subscription_type: isSelf ? subscription : 'None',
    verified: isPaid,
    verified_type: isPaid ? 'blue' : 'none',
  }
  const selected = [...fields].flatMap((name) => (all[name] === undefined ? [] : [[name, all[name]]]))
  return { id: user.id, name: user.name, username: user.username, ...Object.fromEntries(selected) }
}
