import type { InstagramCall } from './call.ts'
import { queueChange } from './events.ts'
import { readCounters } from './metrics.ts'

const storyLifeMs = 86_400_000

/** What a story has reached is told when it ends; with Facebook Login alone. */
export function tellExpiredStories(call: Pick<InstagramCall, 'context' | 'settings'>): void {
  const { state, now } = call.context
  for (const media of state.media) {
    if (media.product !== 'STORY' || media.expiryTold || media.createdAt + storyLifeMs > now) continue
    media.expiryTold = true
    if (state.users.find(({ id }) => id === media.accountId)?.login !== 'facebook') continue
    const counters = readCounters(call, media)
    const value = {
      media_id: media.id,
      reach: counters.reach ?? 0,
      impressions: counters.views ?? 0,
      taps_forward: counters.taps_forward ?? 0,
      taps_back: counters.taps_back ?? 0,
      exits: counters.exits ?? 0,
      replies: counters.replies ?? 0,
    }
    queueChange(call, media.accountId, { field: 'story_insights', value })
  }
}
