import type { MeterPrice, MeterUse, PartRequest, PlatformMeters } from '@ofm-social/core'
import { extractUrls } from './extract-urls.ts'
import { postsBeforeMax, postsLookedAtMax } from './find-published.ts'
import type { XAdapterConfig } from './options.ts'
import type { XSettings } from './settings.ts'
import { toMediaMetadata } from './to-media-metadata.ts'

const priceList = 'https://docs.x.com/x-api/getting-started/pricing'
const assumed = 'Not on the price list; the most that it may cost.'

/** List prices of pay-per-use since the list last changed, whole billionths of a US dollar. What X does not list is marked as assumed. */
export const X_PRICES: readonly MeterPrice[] = [
  {
    meter: 'post.create',
    label: { one: 'post', many: 'posts' },
    usdNanos: 15_000_000,
    per: 1,
    validFrom: '2026-04-20',
    source: priceList,
  },
  {
    meter: 'post.create.with_url',
    label: { one: 'post with a link', many: 'posts with a link' },
    usdNanos: 200_000_000,
    per: 1,
    validFrom: '2026-04-20',
    source: priceList,
  },
  {
    meter: 'media.metadata',
    label: { one: 'description of media', many: 'descriptions of media' },
    usdNanos: 5_000_000,
    per: 1,
    validFrom: '2026-04-20',
    source: priceList,
  },
  {
    meter: 'media.upload',
    label: { one: 'media file', many: 'media files' },
    usdNanos: 0,
    per: 1,
    validFrom: '2026-04-20',
    source: 'Not on the price list; taken as free.',
  },
  {
    meter: 'media.subtitles',
    label: { one: 'subtitle file', many: 'subtitle files' },
    usdNanos: 5_000_000,
    per: 1,
    validFrom: '2026-04-20',
    source: assumed,
  },
  {
    meter: 'post.delete',
    label: { one: 'deletion', many: 'deletions' },
    usdNanos: 10_000_000,
    per: 1,
    validFrom: '2026-04-20',
    source: assumed,
  },
  {
    meter: 'post.read',
    label: { one: 'post read', many: 'posts read' },
    usdNanos: 5_000_000,
    per: 1,
    validFrom: '2026-04-20',
    oncePerDay: true,
    source: priceList,
  },
  {
    meter: 'user.read',
    label: { one: 'profile read', many: 'profiles read' },
    usdNanos: 10_000_000,
    per: 1,
    validFrom: '2026-04-20',
    oncePerDay: true,
    source: priceList,
  },
]

/** What calls cost on pay-per-use. Links are found as X finds them: bare domains count. */
export function createXMeters(config: XAdapterConfig): PlatformMeters<XSettings> {
  return {
    prices: [...X_PRICES, ...config.prices],
    usesOfPart: (part) => ({
      publish: usesOfPublish(part, config),
      lookUps: [{ meter: 'post.read', quantity: postsLookedAtMax }],
    }),
    // Not more than these are read; each is billed once a day.
    usesOfBaseline: () => [{ meter: 'post.read', quantity: postsBeforeMax }],
    usesOfFacts: () => [{ meter: 'user.read', quantity: 1 }],
    usesOfAccount: () => [{ meter: 'user.read', quantity: 1 }],
    usesOfRemoval: () => [{ meter: 'post.delete', quantity: 1 }],
    usesOfMetrics: (parts) => [{ meter: 'post.read', quantity: parts }],
    usesOfAccountMetrics: () => [{ meter: 'user.read', quantity: 1 }],
  }
}

function usesOfPublish(part: PartRequest<XSettings>, config: XAdapterConfig): readonly MeterUse[] {
  const meter = extractUrls(part.text).length > 0 ? 'post.create.with_url' : 'post.create'
  const described = part.assets.filter((asset) => toMediaMetadata(asset, part.rating, config) !== undefined).length
  const uses: readonly MeterUse[] = [
    { meter, quantity: 1 },
    { meter: 'media.upload', quantity: part.assets.length },
    { meter: 'media.metadata', quantity: described },
    { meter: 'media.subtitles', quantity: part.settings.subtitles?.length ?? 0 },
    // The look whether it can still be edited: billed once a day.
    { meter: 'post.read', quantity: part.kind === 'post' && part.settings.editOfPostId !== undefined ? 1 : 0 },
  ]
  return uses.filter(({ quantity }) => quantity > 0)
}
