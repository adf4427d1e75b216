import { countNow } from './post-metrics.ts'
import type { XMedia, XPost, XState } from './state.ts'
import { pick, type Viewing } from './viewing.ts'

/** How many of the viewers come this far. */
export const playbackShares = {
  playback_0_count: 1,
  playback_25_count: 0.8,
  playback_50_count: 0.6,
  playback_75_count: 0.5,
  playback_100_count: 0.4,
}

/** A medium as a read shows it. */
export function toMediaObject(viewing: Viewing, media: XMedia): Readonly<Record<string, unknown>> {
  const { stored, mediaKey, kind, altText } = media
  const url = `${viewing.baseUrl}/media/${mediaKey}`
  const all = {
    alt_text: altText ?? undefined,
    duration_ms: kind === 'video' ? stored?.durationMs : undefined,
    height: stored?.heightPixels,
    width: stored?.widthPixels,
    url: kind === 'photo' ? url : undefined,
    preview_image_url: kind === 'photo' ? undefined : url,
    variants: kind === 'photo' ? undefined : [{ content_type: stored?.type, url }],
    ...(kind === 'video' ? toVideoMetrics(viewing, media) : {}),
  }
  return { media_key: mediaKey, type: kind, ...pick(all, viewing.selection.media) }
}

/** The media of a post, in its order. */
export function listMedia({ media }: XState, ids: readonly string[]): readonly XMedia[] {
  return ids.flatMap((id) => media.find((candidate) => candidate.id === id) ?? [])
}

/** The media of a post that the viewer is shown: of others none that are marked, to an account without a birth date. */
export function listShownMedia({ state, settings, viewerId }: Viewing, post: XPost): readonly XMedia[] {
  const viewer = state.users.find(({ id }) => id === viewerId)
  const isKept = viewer && post.authorId !== viewer.id && settings.withoutBirthDate.includes(viewer.username)
  return listMedia(state, post.mediaIds).filter((media) => !isKept || !isMarked(media))
}

/** True when the uploader warned of it. */
export function isMarked({ sensitive }: XMedia): boolean {
  return Object.values(sensitive).some((value) => value)
}

/** Views over all posts that carry the video; how far it was watched is for its owner, as long as private counters are given. */
function toVideoMetrics(viewing: Viewing, media: XMedia) {
  const { state, settings, viewerId, now } = viewing
  const carriers = state.posts.filter(({ mediaIds, deletedAt }) => mediaIds.includes(media.id) && deletedAt === null)
  const views = carriers.reduce((sum, post) => sum + (countNow(viewing, post).impression_count ?? 0), 0)
  const isOpen =
    media.ownerId === viewerId && carriers.some(({ createdAt }) => now - createdAt <= settings.privateMetricsLifeMs)
  const playback = Object.fromEntries(
    Object.entries(playbackShares).map(([name, share]) => [name, Math.floor(views * share)]),
  )
  return {
    public_metrics: { view_count: views },
    non_public_metrics: isOpen ? playback : undefined,
    organic_metrics: isOpen ? { ...playback, view_count: views } : undefined,
  }
}
