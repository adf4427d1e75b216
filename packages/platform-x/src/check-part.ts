import type { PartAsset, PartRequest, PostProblem } from '@ofm-social/core'
import { checkMedia } from './check-media.ts'
import { checkSettings } from './check-settings.ts'
import { countText } from './count-text.ts'
import { toAccountLimits, type XFacts } from './facts.ts'
import { findCashtags } from './find-cashtags.ts'
import { findMentions } from './find-mentions.ts'
import type { XLimits } from './limits.ts'
import { toMediaCategory } from './media-category.ts'
import type { XAdapterConfig } from './options.ts'
import type { XSettings } from './settings.ts'

interface Checked {
  readonly limits: XLimits
  readonly facts: XFacts | undefined
  readonly config: Pick<XAdapterConfig, 'plan' | 'mentions'>
}

/** Finds every reason why X would refuse the part, for an account of this tier. */
export function checkPart(part: PartRequest<XSettings>, { facts, config, ...given }: Checked): readonly PostProblem[] {
  const limits = toAccountLimits(given.limits, facts)
  return [
    ...checkTarget(part),
    ...checkText(part, limits),
    ...(config.plan === 'enterprise' ? [] : checkCashtags(part, limits)),
    ...(config.mentions === 'refuse' ? checkMentions(part) : []),
    ...checkAssetCount(part.assets, limits),
    ...checkSettings(part, limits, facts, config),
    ...part.assets.flatMap((asset, index) => checkMedia(asset, `assets/${index}`, limits)),
  ]
}

function checkTarget({ target }: PartRequest): readonly PostProblem[] {
  return target === undefined ? [] : [{ code: 'not_supported', path: 'target', actual: target, fix: 'remove' }]
}

function checkText({ text, assets }: PartRequest, limits: XLimits): readonly PostProblem[] {
  const problems: PostProblem[] = []
  if (text.trim() === '' && assets.length === 0) problems.push({ code: 'missing', path: 'text' })
  const { weightedLength, invalidCharacters } = countText(text)
  if (weightedLength > limits.textLengthMax) {
    const message = `The text weighs ${weightedLength}; X allows ${limits.textLengthMax} for this account.`
    const numbers = { limit: limits.textLengthMax, actual: weightedLength }
    problems.push({ code: 'too_long', path: 'text', ...numbers, fix: 'shorten', message })
  }
  if (invalidCharacters.length > 0) {
    problems.push({ code: 'characters_invalid', path: 'text', actual: invalidCharacters.join(' '), fix: 'remove' })
  }
  return problems
}

/** X limits them on its plans for everybody; on Enterprise they are free. */
function checkCashtags({ text }: PartRequest, { cashtagsMax }: XLimits): readonly PostProblem[] {
  const cashtags = findCashtags(text)
  if (cashtags.length <= cashtagsMax) return []
  const message = `The text has ${cashtags.length} cashtags ($${cashtags.join(', $')}); X allows ${cashtagsMax}.`
  const numbers = { limit: cashtagsMax, actual: cashtags.length }
  return [{ code: 'too_many_cashtags', path: 'text', ...numbers, fix: 'remove', message }]
}

/** Whom X lets the account mention, only X knows: a host that was refused can keep mentions out. */
function checkMentions({ text }: PartRequest): readonly PostProblem[] {
  const names = findMentions(text).map((name) => `@${name}`)
  if (names.length === 0) return []
  const message = `The text mentions ${names.join(', ')}, and this installation keeps mentions out of posts on X.`
  return [{ code: 'too_many_mentions', path: 'text', limit: 0, actual: names.length, fix: 'remove', message }]
}

/** Up to four images, or one moving picture alone. */
function checkAssetCount(assets: readonly PartAsset[], limits: XLimits): readonly PostProblem[] {
  const problems: PostProblem[] = []
  if (assets.length > limits.assetsMax) {
    problems.push({ code: 'too_many', path: 'assets', limit: limits.assetsMax, actual: assets.length, fix: 'remove' })
  }
  const moving = assets.filter(({ mediaInfo }) => toMediaCategory(mediaInfo) !== 'tweet_image').length
  if (moving > 0 && assets.length > 1) {
    const message = 'X shows a video or an animated GIF alone, without other media.'
    problems.push({ code: 'mixed_media', path: 'assets', limit: 1, actual: assets.length, fix: 'remove', message })
  }
  return problems
}
