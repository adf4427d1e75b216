import type { ImageInfo, PartAsset, PartRequest, PostProblem } from '@ofm-social/core'
import { checkVideo } from './check-video.ts'
import type { InstagramLimits } from './limits.ts'
import { toInstagramKind } from './media-kind.ts'
import { toMediaProblem } from './media-problem.ts'
import type { InstagramFacebookSettings } from './settings.ts'

type Part = PartRequest<InstagramFacebookSettings>

/** What Instagram refuses of one file, in the place where the part puts it. */
export function checkMedia(
  part: Part,
  { asset, index }: { readonly asset: PartAsset; readonly index: number },
  limits: InstagramLimits,
): readonly PostProblem[] {
  const path = `assets/${index}`
  const { mediaInfo, sizeBytes } = asset
  const kind = toInstagramKind(part)
  const isCover = index === part.settings.coverAsset
  if (mediaInfo.kind === 'image') {
    const isInFeed = !isCover && kind !== 'story'
    // Elsewhere Instagram has no alt text, and none is sent.
    const altText = isInFeed ? checkAltText(asset, path, limits) : []
    return [...altText, ...checkImage(mediaInfo, { path, sizeBytes, isCropped: isInFeed }, limits)]
  }
  if (mediaInfo.kind === 'video' && !isCover) {
    const place = kind === 'story' || kind === 'carousel' ? kind : 'reel'
    return checkVideo(mediaInfo, { path, sizeBytes, place }, limits.video)
  }
  return [
    toMediaProblem('media_unsupported', path, {
      limit: isCover ? 'JPEG' : 'JPEG, MP4, MOV',
      actual: toName(mediaInfo),
    }),
  ]
}

function checkAltText(
  { altText = '' }: PartAsset,
  path: string,
  { altTextLengthMax: limit }: InstagramLimits,
): readonly PostProblem[] {
  const actual = altText.length
  return actual > limit ? [{ code: 'too_long', path: `${path}/altText`, limit, actual, fix: 'shorten' }] : []
}

function checkImage(
  image: ImageInfo,
  { path, sizeBytes, isCropped }: { path: string; sizeBytes: number; isCropped: boolean },
  { image: limits }: InstagramLimits,
): readonly PostProblem[] {
  const problems: PostProblem[] = []
  if (image.format !== 'jpeg')
    problems.push(toMediaProblem('format_unsupported', path, { limit: 'jpeg', actual: image.format }))
  if (sizeBytes > limits.sizeBytesMax) {
    problems.push(toMediaProblem('too_large', path, { limit: limits.sizeBytesMax, actual: sizeBytes }))
  }
  const ratio = image.heightPixels === 0 ? 0 : image.widthPixels / image.heightPixels
  // Instagram rounds: 1.911 is still 1.91.
  const isOutside = ratio < limits.aspectRatioMin - 0.005 || ratio > limits.aspectRatioMax + 0.005
  if (isCropped && isOutside) {
    const numbers = { limit: '4:5 to 1.91:1', actual: `${image.widthPixels}×${image.heightPixels}` }
    problems.push(toMediaProblem('aspect_ratio_unsupported', path, numbers))
  }
  return problems
}

function toName(info: PartAsset['mediaInfo']): string {
  return info.kind === 'unknown' ? 'unknown' : info.type
}
