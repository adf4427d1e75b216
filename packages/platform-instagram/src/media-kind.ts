import type { PartRequest } from '@ofm-social/core'
import type { InstagramSettings } from './settings.ts'

/** What a part becomes on Instagram. A video alone is always a reel: single videos of another kind are gone since 2023-11-09. */
export type InstagramKind = 'image' | 'reel' | 'carousel' | 'story' | 'comment'

/** Decides by placement and files. */
export function toInstagramKind(
  part: Pick<PartRequest<InstagramSettings>, 'kind' | 'assets' | 'settings'>,
): InstagramKind {
  if (part.kind === 'comment') return 'comment'
  if (part.settings.placement === 'story') return 'story'
  const shown = listShownAssets(part)
  if (shown.length > 1) return 'carousel'
  return shown[0]?.mediaInfo.kind === 'video' ? 'reel' : 'image'
}

/** The files that people see as the post: all but the cover. */
export function listShownAssets({ assets, settings }: Pick<PartRequest<InstagramSettings>, 'assets' | 'settings'>) {
  return assets.filter((_, index) => index !== settings.coverAsset)
}
