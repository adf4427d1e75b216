import {
  type CallContext,
  type Counters,
  isPlatformError,
  type PartMetrics,
  type PublishedPart,
} from '@ofm-social/core'
import { type AccountLookup, toAccountId } from './account.ts'
import type { InstagramApi } from './api.ts'
import { toInstagramKind } from './media-kind.ts'
import { listMediaMetrics, ofAccount } from './metric-names.ts'
import type { InstagramFacebookSettings } from './settings.ts'
import { OBJECT_MISSING } from './to-platform-error.ts'

/** @see https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/instagram-media/insights */
const STORY_LIFE_MS = 24 * 3_600_000

type Part = PublishedPart<InstagramFacebookSettings>

/** Counters by Instagram's own names. What it does not say yet, or says of too few viewers only, is a gap. */
export async function readMetrics(
  { api, config }: AccountLookup,
  parts: readonly Part[],
  context: CallContext,
): Promise<readonly PartMetrics[]> {
  const read: PartMetrics[] = []
  for (const part of parts) {
    const { externalId } = part
    try {
      const counters = await readCounters(api, part, listMediaMetrics(toInstagramKind(part), config.login), context)
      if (Object.keys(counters).length > 0) read.push({ externalId, counters })
    } catch (error) {
      if (!isPlatformError(error)) throw error
      if (error.platformCode === OBJECT_MISSING) {
        if (!isStoryOver(part, context.now)) read.push({ externalId, gone: true })
      } else if (!isGap(error.message, error.platformCode)) throw error
    }
  }
  return read
}

/** Then its counters have ended with it, and nobody took it off. */
function isStoryOver(part: Part, now: number): boolean {
  return toInstagramKind(part) === 'story' && now - part.publishedAt >= STORY_LIFE_MS
}

/** A story with fewer than five viewers, and media from before the account was a professional one. */
function isGap(message: string, platformCode: string | undefined): boolean {
  return /not enough viewers/i.test(message) || platformCode === '100/2108006'
}

function readCounters(
  api: InstagramApi,
  part: Part,
  names: readonly string[],
  context: CallContext,
): Promise<Counters> {
  if (part.kind === 'comment') return api.readCommentCounters(part.externalId, context)
  return readEach((metrics) => api.readMediaInsights(part.externalId, metrics, context), names)
}

/** One name that Instagram does not know (any more) fails the whole call: then each is asked alone. */
async function readEach(
  read: (names: readonly string[]) => Promise<Counters>,
  names: readonly string[],
): Promise<Counters> {
  try {
    return await read(names)
  } catch (error) {
    if (!isUnknownName(error) || names.length === 1) throw error
  }
  let counters: Counters = {}
  for (const name of names) {
    try {
      counters = { ...counters, ...(await read([name])) }
    } catch (error) {
      if (!isUnknownName(error)) throw error
    }
  }
  return counters
}

function isUnknownName(error: unknown): boolean {
  return isPlatformError(error) && error.platformCode === '100'
}

/** Followers, following and posts of the account, and what its insights count for the last 24 hours. */
export async function readAccountMetrics(lookup: AccountLookup, context: CallContext): Promise<Counters> {
  const { api } = lookup
  const accountId = await toAccountId(lookup, context)
  const profile = accountId === 'me' ? await api.readMe(context) : await api.readProfile(accountId, context)
  const { followers_count, follows_count, media_count } = profile
  const known = Object.entries({ followers_count, follows_count, media_count }).flatMap(([name, value]) =>
    value == null ? [] : [[name, value] as const],
  )
  return { ...(await readInsights(api, accountId, context)), ...Object.fromEntries(known) }
}

/** Insights need a permission of their own; without it the profile still counts. */
async function readInsights(api: InstagramApi, accountId: string, context: CallContext): Promise<Counters> {
  try {
    return await readEach((names) => api.readAccountInsights(accountId, names, context), ofAccount)
  } catch (error) {
    if (isPlatformError(error) && ['permission_missing', 'invalid_post'].includes(error.code)) return {}
    throw error
  }
}
