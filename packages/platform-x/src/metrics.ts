import type { CallContext, Counters, PartMetrics, PublishedPart } from '@ofm-social/core'
import { isPlatformError } from '@ofm-social/core'
import type { XApi, XCountedPost, XCountedPosts } from './api.ts'
import type { XSettings } from './settings.ts'

/** X gives private counters of a post for thirty days; a little less, for the clocks. */
const privateForMs = 30 * 86_400_000 - 3_600_000

/**
 * Counters of up to 100 posts, by X's older names. Public ones under their own (`like_count`), of the private ones those that have no public namesake
 * too (`url_link_clicks`), organic ones as `organic_…`, and a video's `view_count` and playback quartiles. Of adult posts also whether X calls them
 * `possibly_sensitive`, 1 or 0: whether the mark of their media took.
 *
 * @see https://docs.x.com/x-api/fundamentals/metrics
 */
export async function readMetrics(
  api: XApi,
  parts: readonly PublishedPart<XSettings>[],
  context: CallContext,
): Promise<readonly PartMetrics[]> {
  const ids = parts.map(({ externalId }) => externalId)
  const shown = await api.readPosts(ids, 'public', context)
  const young = parts.filter(({ publishedAt }) => context.now - publishedAt < privateForMs)
  const hidden = await readPrivate(api, young, context)
  return parts.flatMap((part) => toPartMetrics(part, shown, hidden))
}

/** What only the author may see. Without it the public counters still count. */
async function readPrivate(
  api: XApi,
  parts: readonly PublishedPart<XSettings>[],
  context: CallContext,
): Promise<XCountedPosts> {
  if (parts.length === 0) return {}
  try {
    return await api.readPosts(
      parts.map(({ externalId }) => externalId),
      'private',
      context,
    )
  } catch (error) {
    if (isPlatformError(error)) return {}
    throw error
  }
}

function toPartMetrics(
  { externalId, rating }: PublishedPart<XSettings>,
  shown: XCountedPosts,
  hidden: XCountedPosts,
): readonly PartMetrics[] {
  const post = shown.data?.find(({ id }) => id === externalId)
  if (!post) return isGone(externalId, shown) ? [{ externalId, gone: true }] : []
  const author = hidden.data?.find(({ id }) => id === externalId)
  const counters = {
    ...countMedia(post, shown),
    ...(author && countMedia(author, hidden)),
    ...prefix('organic_', author?.organic_metrics),
    ...known(author?.non_public_metrics),
    ...known(post.public_metrics),
    ...(rating === 'adult' && post.possibly_sensitive != null ? { possibly_sensitive: +post.possibly_sensitive } : {}),
  }
  return Object.keys(counters).length === 0 ? [] : [{ externalId, counters: toOlderNames(counters) }]
}

/** Absent and not merely hidden from us, as posts of an author who is suspended. */
function isGone(externalId: string, { errors }: XCountedPosts): boolean {
  const refusals = (errors ?? []).filter((error) => (error.resource_id ?? error.value) === externalId)
  return refusals.some(({ type, detail }) => type?.endsWith('/resource-not-found') && !/suspended/i.test(detail ?? ''))
}

/** Of the one video or GIF of a post. */
function countMedia(post: XCountedPost, { includes }: XCountedPosts): Counters {
  const keys = post.attachments?.media_keys ?? []
  const media = (includes?.media ?? []).find(({ media_key: key }) => keys.includes(key))
  return {
    ...prefix('organic_', media?.organic_metrics),
    ...known(media?.non_public_metrics),
    ...known(media?.public_metrics),
  }
}

type Given = Readonly<Record<string, number | null | undefined>> | null | undefined

function known(counters: Given): Counters {
  return Object.fromEntries(
    Object.entries(counters ?? {}).flatMap(([name, value]) => (typeof value === 'number' ? [[name, value]] : [])),
  )
}

function prefix(before: string, counters: Given): Counters {
  return Object.fromEntries(Object.entries(known(counters)).map(([name, value]) => [`${before}${name}`, value]))
}

/** X answers in the vocabulary that was asked for; where it does not, the series keeps its names. */
function toOlderNames(counters: Counters): Counters {
  return Object.fromEntries(
    Object.entries(counters).map(([name, value]) => [
      name.replace('repost_count', 'retweet_count').replace('post_count', 'tweet_count'),
      value,
    ]),
  )
}

/** Followers, following, posts and lists of the account itself. */
export async function readAccountMetrics(api: XApi, context: CallContext): Promise<Counters> {
  const { public_metrics: counters } = await api.readMe(context, 'public_metrics')
  return toOlderNames(known(counters))
}
