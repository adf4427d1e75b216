/** Micro-US-dollars by billing key. */
type Prices = Readonly<Record<string, number>>

/** As of 2026-08, valid since 2026-04-20: https://docs.x.com/x-api/getting-started/pricing */
export const listPrices: Prices = {
  'post.read': 5000,
  'user.read': 10_000,
  'owned.read': 1000,
  'post.create': 15_000,
  'post.create.with_url': 200_000,
  'post.create.summoned': 10_000,
  'interaction.create': 15_000,
  'interaction.delete': 10_000,
  'content.manage': 5000,
  'media.metadata': 5000,
  // Not on the list, and unverified: https://docs.x.com/x-api/activity/introduction says that events are billed as what they carry.
  'media.upload': 0,
  'media.read': 0,
  'poll.read': 0,
  analytics: 5000,
  'event.post': 5000,
  'event.post.delete': 5000,
  'event.like': 1000,
  'event.follow': 10_000,
}
