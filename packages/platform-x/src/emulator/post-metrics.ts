import { toProblemType } from './problems.ts'
import type { XPost } from './state.ts'
import type { Viewing } from './viewing.ts'

type Counters = Readonly<Record<string, number>>

const engagements = ['retweet_count', 'reply_count', 'like_count', 'quote_count', 'bookmark_count', 'impression_count']
const organic = [
  'impression_count',
  'like_count',
  'reply_count',
  'retweet_count',
  'url_link_clicks',
  'user_profile_clicks',
]

/** Members of each group: https://docs.x.com/x-api/fundamentals/metrics */
const groups: Readonly<Record<string, readonly string[]>> = {
  non_public_metrics: ['impression_count', 'engagements', 'url_link_clicks', 'user_profile_clicks'],
  organic_metrics: organic,
  promoted_metrics: organic,
}

/** What each counter comes to in the end, where a test sets nothing; a tenth of it after some hours. */
const finalCounts: Counters = {
  impression_count: 1000,
  engagements: 80,
  like_count: 40,
  user_profile_clicks: 20,
  url_link_clicks: 10,
  reply_count: 6,
  bookmark_count: 5,
  retweet_count: 4,
  quote_count: 1,
}
const halfLifeMs = 86_400_000

/** What a test may set, in both vocabularies. */
export const counterNames: readonly string[] = [...Object.keys(finalCounts), 'repost_count']

/** The groups of counters of a post that were asked for and that the caller may see. */
export function toMetricGroups(viewing: Viewing, post: XPost): Readonly<Record<string, Counters>> {
  const { selection, settings } = viewing
  const counts = countNow(viewing, post)
  const rename = (name: string) => (name === 'retweet_count' && selection.dialect === 'current' ? 'repost_count' : name)
  const read = (names: readonly string[]) =>
    Object.fromEntries(
      names
        .filter((name) => !settings.missingCounters.includes(name))
        .map((name) => [rename(name), counts[name] ?? 0] as const),
    )
  const open = Object.entries(groups).filter(([group]) => selection.post.has(group) && isOpen(viewing, post, group))
  return {
    ...(selection.post.has('public_metrics') ? { public_metrics: read(engagements) } : {}),
    ...Object.fromEntries(open.map(([group, names]) => [group, read(names)])),
  }
}

/** One error per counter of every group that was asked for in vain. */
export function listMetricErrors(viewing: Viewing, posts: readonly XPost[], parameter: 'id' | 'ids') {
  const { selection, settings } = viewing
  return posts.flatMap((post) =>
    Object.entries(groups)
      .filter(([group]) => selection.post.has(group) && !isOpen(viewing, post, group))
      .flatMap(([group, names]) =>
        names.map((name) => ({
          resource_type: 'tweet',
          field: `${group}.${name}`,
          parameter,
          resource_id: post.id,
          value: post.id,
          section: 'data',
          title: 'Field Authorization Error',
          detail: `Sorry, you are not authorized to access '${group}.${name}' on the Tweet with id : [${post.id}].`,
          type: toProblemType(settings, 'not-authorized-for-field'),
        })),
      ),
  )
}

/** Private groups are for the author, by a user token, for some days. Nothing is promoted here. */
function isOpen({ viewerId, settings, now }: Viewing, post: XPost, group: string): boolean {
  const isYoung = now - post.createdAt <= settings.privateMetricsLifeMs
  return group !== 'promoted_metrics' && post.authorId === viewerId && isYoung
}

/** Every counter of a post at this moment, by its older name. */
export function countNow({ state, settings, now }: Pick<Viewing, 'state' | 'settings' | 'now'>, post: XPost): Counters {
  const ageMs = Math.max(0, now - post.createdAt)
  const done = settings.metricsGrowth === 'grows' ? 1 - 2 ** (-ageMs / halfLifeMs) : 0
  const size = 0.5 + Number(BigInt(post.id) % 101n) / 100
  const grown = Object.entries(finalCounts).map(([name, final]) => [name, Math.floor(final * size * done)] as const)
  const real = {
    reply_count: state.posts.filter(({ repliedToId, deletedAt }) => repliedToId === post.id && deletedAt === null)
      .length,
    quote_count: state.posts.filter(({ quotedId, deletedAt }) => quotedId === post.id && deletedAt === null).length,
    retweet_count: state.reposts.filter(({ postId }) => postId === post.id).length,
    like_count: state.likes.filter(({ postId }) => postId === post.id).length,
  }
  const counts: Record<string, number> = Object.fromEntries(grown)
  for (const [name, count] of Object.entries(real)) counts[name] = (counts[name] ?? 0) + count
  return { ...counts, ...readSet(post, ageMs) }
}

/** What a test set; of a curve the last point that the age has reached. */
function readSet({ metrics }: XPost, ageMs: number): Counters {
  const set = metrics && 'curve' in metrics && Array.isArray(metrics.curve) ? readCurve(metrics.curve, ageMs) : metrics
  const entries = Object.entries(set ?? {}).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
  return Object.fromEntries(entries.map(([name, count]) => [name === 'repost_count' ? 'retweet_count' : name, count]))
}

function readCurve(
  curve: readonly { readonly afterMs: number; readonly counters: Counters }[],
  ageMs: number,
): Counters | undefined {
  return curve
    .filter(({ afterMs }) => afterMs <= ageMs)
    .sort((a, b) => a.afterMs - b.afterMs)
    .at(-1)?.counters
}
