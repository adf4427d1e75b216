import { createHash } from 'node:crypto'
import type { CallContext, Evidence, PartRequest, PreparedPart, UnknownAttempt } from '@ofm-social/core'
import * as z from 'zod'
import { toPostUrl } from './account.ts'
import type { XApi, XListedPost, XListing, XListingQuery } from './api.ts'
import { toComparableListedText, toComparableText } from './comparable-text.ts'
import type { XAdapterConfig } from './options.ts'
import type { XSettings } from './settings.ts'
import { isNewerId, readSnowflakeTime } from './snowflake.ts'
import { toReplyTarget } from './to-request.ts'
import type { XUploads } from './upload.ts'

/** The newest post before a write. Null when there was none. */
export interface XBaseline {
  readonly newestPostId: string | null
}

type Attempt = UnknownAttempt<XSettings, XUploads>

interface Lookup {
  readonly api: XApi
  readonly config: XAdapterConfig
}

const baselineSchema = z.object({ newestPostId: z.string().nullable() })
/** Posts that the read before a write reads at most; X lists no fewer. */
export const postsBeforeMax = 5
/** Posts that a look reads at most: each is billed, once a day however often it is read. */
export const postsLookedAtMax = 20
const pageSizeMin = 5
const pagesMax = 5
const listedBeforeMs = 60_000
/** A look this long after a write leaves out what the account has posted since. */
const lateAfterMs = 600_000
const madeWithinMs = 300_000

/** Reads what is the newest post now: whatever is not newer cannot be ours. */
export async function readBaseline({ api }: Lookup, context: CallContext): Promise<XBaseline> {
  const userId = await readUserId(api, context)
  const { data } = await api.listPosts({ userId, max_results: postsBeforeMax }, context)
  const ids = (data ?? []).map((post) => post.id)
  return {
    newestPostId: ids.reduce<string | null>((newest, id) => (newest && isNewerId(newest, id) ? newest : id), null),
  }
}

/**
 * Looks through the account's newest posts for one that says the same, has as many media and polls and answers to the same post, and that belongs to no
 * other part. X has no key for a write and no proof of absence: a listing without the post is `not_yet`, for it may lag, and a fault of the look throws.
 */
export async function findPublished(
  { api, config }: Lookup,
  attempt: Attempt,
  context: CallContext,
): Promise<Evidence> {
  const baseline = baselineSchema.safeParse(attempt.baseline).data?.newestPostId ?? null
  const since = attempt.sentAt - listedBeforeMs
  const userId = await readUserId(api, context)
  const { posts, isComplete } = await readListing(api, { userId, ...toRange(attempt, baseline, context.now) }, context)
  const matches = posts.filter((post) =>
    isEvidence(post, attempt, { baseline, earliestAt: attempt.sentAt - config.clockSkewMs }),
  )
  const who = context.account?.username === undefined ? `account ${userId}` : `@${context.account.username}`
  const place = `posts of ${who} since ${baseline === null ? toSeconds(since) : `post ${baseline}`}`
  const looked = `${place}: ${posts.length}${isComplete ? '' : ', and more that were not read'}`
  const toId = attempt.part.settings.editOfPostId === undefined ? toOriginalId : toNewestId
  const [first, ...others] = matches.map(toId).sort((a, b) => (isNewerId(a, b) ? 1 : -1))
  const uses = [{ meter: 'post.read', quantity: posts.length }]
  if (first === undefined) return { status: 'not_yet', looked, uses }
  const note = others.length === 0 ? looked : `${looked}; ${others.length + 1} of them match, the earliest is taken`
  return { status: 'found', externalId: first, url: toPostUrl(config.webUrl, first, context), looked: note, uses }
}

/** What a listing can tell apart; hashed, for a text may be long. Core keeps accounts apart. */
export function toLikeness({ kind, text, assets, settings }: PartRequest<XSettings>): string {
  const place = kind === 'post' && settings.replyToPostId === undefined ? 'post' : 'reply'
  const visible = JSON.stringify([place, toComparableText(text, { place }), assets.length])
  return createHash('sha256').update(visible).digest('hex')
}

function isEvidence(
  post: XListedPost,
  { part, uploads, idsBoundElsewhere }: Attempt,
  { baseline, earliestAt }: { baseline: string | null; earliestAt: number },
): boolean {
  const edited = part.kind === 'post' ? part.settings.editOfPostId : undefined
  // An edit is a new version of a post that is ours already.
  const made = edited === undefined ? toOriginalId(post) : toNewestId(post)
  const isLate = baseline === null ? readSnowflakeTime(made) >= earliestAt : isNewerId(made, baseline)
  const versions = edited === undefined ? toVersions(post) : [made]
  const references = post.referenced_tweets ?? []
  const parentId = references.find(({ type }) => type === 'replied_to')?.id
  const quotedId = references.find(({ type }) => type === 'quoted')?.id
  return (
    isLate &&
    !versions.some((id) => idsBoundElsewhere.includes(id)) &&
    (edited === undefined || toVersions(post).includes(edited)) &&
    !references.some(({ type }) => type === 'retweeted') &&
    parentId === toReplyTarget(part) &&
    // Without being asked for, too: a link to a post makes it a quote.
    (part.kind !== 'post' || part.settings.quotePostId === undefined || quotedId === part.settings.quotePostId) &&
    (post.attachments?.media_keys?.length ?? 0) === uploads.mediaIds.length &&
    (post.attachments?.poll_ids?.length ?? 0) === (part.kind === 'post' && part.settings.poll ? 1 : 0) &&
    hasSameText(post, part)
  )
}

function hasSameText(post: XListedPost, part: PreparedPart<XSettings, XUploads>): boolean {
  const place = toReplyTarget(part) === undefined ? 'post' : 'reply'
  return toComparableListedText(post, { place }) === toComparableText(part.text, { place })
}

/** An edit gives a new id; the first one is what the write was answered with. */
function toOriginalId(post: XListedPost): string {
  return toVersions(post).reduce((first, id) => (isNewerId(first, id) ? id : first))
}

function toNewestId(post: XListedPost): string {
  return toVersions(post).reduce((newest, id) => (isNewerId(id, newest) ? id : newest))
}

/** The chain may be absent, or hold an empty string. */
function toVersions(post: XListedPost): readonly string[] {
  const chain = post.edit_history_tweet_ids ?? post.edit_history_post_ids ?? []
  return [post.id, ...chain.filter((id) => /^\d+$/.test(id))]
}

/** Listings begin with the newest post, so that a late look would see only what came after. A time to come may be refused by X. */
function toRange({ sentAt }: Attempt, baseline: string | null, now: number): Partial<XListingQuery> {
  const isLate = now > sentAt + lateAfterMs
  if (baseline !== null && !isLate) return { since_id: baseline }
  const end = isLate ? { end_time: toSeconds(sentAt + madeWithinMs) } : {}
  return { start_time: toSeconds(sentAt - listedBeforeMs), ...end }
}

/** Reads on while pages bring new posts, and never more than was reserved: X may hand out the same page again and again. */
async function readListing(
  api: XApi,
  query: Omit<XListingQuery, 'max_results'>,
  context: CallContext,
): Promise<{ posts: readonly XListedPost[]; isComplete: boolean }> {
  const posts = new Map<string, XListedPost>()
  let next: string | undefined
  for (let page = 0; page < pagesMax; page += 1) {
    const known = posts.size
    const max_results = postsLookedAtMax - known
    if (max_results < pageSizeMin) break
    const listing: XListing = await api.listPosts({ ...query, max_results, pagination_token: next }, context)
    for (const post of listing.data ?? []) posts.set(post.id, post)
    next = listing.meta?.next_token ?? undefined
    if (next === undefined || posts.size === known) return { posts: [...posts.values()], isComplete: true }
  }
  return { posts: [...posts.values()], isComplete: false }
}

async function readUserId(api: XApi, context: CallContext): Promise<string> {
  return context.account?.externalId ?? (await api.readMe(context)).id
}

function toSeconds(time: number): string {
  return new Date(time).toISOString().replace(/\.\d+Z$/, 'Z')
}
