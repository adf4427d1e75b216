import type { PartRequest, PostProblem } from '@ofm-social/core'
import { checkMedia } from './check-media.ts'
import { checkSettings } from './check-settings.ts'
import type { InstagramLimits } from './limits.ts'
import { listShownAssets, toInstagramKind } from './media-kind.ts'
import type { InstagramFacebookSettings } from './settings.ts'
import { countHashtags, countMentions, countUrls } from './text-counts.ts'

type Part = PartRequest<InstagramFacebookSettings>

/** Finds every reason why Instagram would refuse the part. */
export function checkPart(part: Part, limits: InstagramLimits): readonly PostProblem[] {
  const place = [...checkRating(part), ...checkTarget(part)]
  if (part.kind === 'comment') return [...place, ...checkComment(part, limits)]
  if (part.kind === 'thread') return [...place, threads]
  return [
    ...place,
    ...checkCaption(part, limits),
    ...checkAssetCount(part, limits),
    ...checkSettings(part, limits),
    ...part.assets.flatMap((asset, index) => checkMedia(part, { asset, index }, limits)),
  ]
}

const threads: PostProblem = {
  code: 'not_supported',
  path: 'text',
  fix: 'remove',
  message: 'Instagram has no threads; put the rest into the caption or the first comment.',
}

/** https://transparency.meta.com/policies/community-standards/adult-nudity-sexual-activity/ */
function checkRating({ rating }: Part): readonly PostProblem[] {
  if (rating !== 'adult') return []
  const message = 'Instagram forbids adult content and removes accounts for it.'
  return [{ code: 'adult_forbidden', path: 'rating', actual: rating, fix: 'remove', message }]
}

function checkTarget({ target }: Part): readonly PostProblem[] {
  return target === undefined ? [] : [{ code: 'not_supported', path: 'target', actual: target, fix: 'remove' }]
}

/** Longest texts are counted in UTF-16 units, the stricter reading: Instagram does not say how it counts. */
function checkCaption(part: Part, limits: InstagramLimits): readonly PostProblem[] {
  const { text } = part
  if (toInstagramKind(part) === 'story') {
    const message = 'Stories have no caption; Instagram would drop it.'
    return text === '' ? [] : [{ code: 'not_supported', path: 'text', fix: 'remove', message }]
  }
  return [
    ...atMost('too_long', limits.textLengthMax, text.length, 'shorten'),
    ...atMost('too_many_hashtags', limits.hashtagsMax, countHashtags(text), 'remove'),
    ...atMost('too_many_mentions', limits.mentionsMax, countMentions(text), 'remove'),
  ]
}

function checkComment({ text, assets, settings }: Part, { comment }: InstagramLimits): readonly PostProblem[] {
  return [
    ...(settings.placement === 'story' ? [storyComment] : []),
    ...(text.trim() === '' ? [{ code: 'missing', path: 'text' }] : []),
    ...(assets.length > 0
      ? [{ code: 'too_many', path: 'assets', limit: 0, actual: assets.length, fix: 'remove' as const }]
      : []),
    ...atMost('too_long', comment.textLengthMax, text.length, 'shorten'),
    ...atMost('too_many_hashtags', comment.hashtagsMax, countHashtags(text), 'remove'),
    ...atMost('too_many_urls', comment.urlsMax, countUrls(text), 'remove'),
    ...(isAllCapitals(text) ? [capitals] : []),
  ]
}

/** https://developers.facebook.com/documentation/instagram-platform/instagram-graph-api/reference/ig-media/comments */
const storyComment: PostProblem = {
  code: 'not_supported',
  path: 'text',
  fix: 'remove',
  message: 'Instagram takes no comments on stories.',
}

const capitals: PostProblem = {
  code: 'all_capitals',
  path: 'text',
  fix: 'replace',
  message: 'Instagram takes no comment that is all capitals.',
}

function isAllCapitals(text: string): boolean {
  return /\p{Lu}.*\p{Lu}/su.test(text) && !/\p{Ll}/u.test(text)
}

function atMost(code: string, limit: number, actual: number, fix: 'shorten' | 'remove'): readonly PostProblem[] {
  return actual > limit ? [{ code, path: 'text', limit, actual, fix }] : []
}

function checkAssetCount(part: Part, { assetsMax }: InstagramLimits): readonly PostProblem[] {
  const actual = listShownAssets(part).length
  if (actual === 0) {
    const message = 'Instagram shows no post without an image or a video.'
    return [{ code: 'media_missing', path: 'assets', limit: 1, actual, message }]
  }
  const limit = toInstagramKind(part) === 'story' ? 1 : assetsMax
  return actual > limit ? [{ code: 'too_many', path: 'assets', limit, actual, fix: 'remove' }] : []
}
