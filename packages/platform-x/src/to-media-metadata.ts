import type { PartAsset, Rating } from '@ofm-social/core'
import type { XAdapterConfig } from './options.ts'

/** Body of `POST /2/media/metadata`; undefined when there is nothing to say. https://docs.x.com/x-api/media/metadata-create */
export function toMediaMetadata(
  asset: PartAsset,
  rating: Rating,
  { videoAltText }: Pick<XAdapterConfig, 'videoAltText'>,
) {
  const takesAltText = asset.mediaInfo.kind !== 'video' || videoAltText === 'send'
  const hasAltText = takesAltText && asset.altText !== undefined && asset.altText !== ''
  if (!hasAltText && rating !== 'adult') return undefined
  return {
    ...(hasAltText ? { alt_text: { text: asset.altText } } : {}),
    ...(rating === 'adult'
      ? { sensitive_media_warning: { adult_content: true, graphic_violence: false, other: false } }
      : {}),
  }
}
