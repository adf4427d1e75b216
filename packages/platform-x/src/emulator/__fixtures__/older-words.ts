/**
 * Words of the older vocabulary, and what the newer one has for them. X publishes the types of the newer one alone.
 *
 * https://docs.x.com/x-api/fundamentals/fields
 */
const newerWords: Readonly<Record<string, string>> = {
  edit_history_tweet_ids: 'edit_history_post_ids',
  most_recent_tweet_id: 'most_recent_post_id',
  note_tweet: 'note_post',
  pinned_tweet_id: 'pinned_post_id',
  referenced_tweets: 'referenced_posts',
  retweet_count: 'repost_count',
  tweet_count: 'post_count',
  tweets: 'posts',
}

/** The same answer, with its members named as in the newer vocabulary. */
export function toNewerWords(answer: unknown): unknown {
  if (Array.isArray(answer)) return answer.map(toNewerWords)
  if (typeof answer !== 'object' || answer === null) return answer
  return Object.fromEntries(
    Object.entries(answer).map(([name, value]) => [newerWords[name] ?? name, toNewerWords(value)]),
  )
}
