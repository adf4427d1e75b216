import type { PartRequest, PostProblem } from '@ofm-social/core'
import { isPaying, type XFacts } from './facts.ts'
import type { XLimits } from './limits.ts'
import type { XAdapterConfig } from './options.ts'
import type { XSettings } from './settings.ts'

type Part = PartRequest<XSettings>

/** What X refuses of a post's settings. Later parts of a thread carry none of them but subtitles and tags. */
export function checkSettings(
  part: Part,
  limits: XLimits,
  facts: XFacts | undefined,
  { plan }: Pick<XAdapterConfig, 'plan'>,
): readonly PostProblem[] {
  const media = [...checkTags(part, limits), ...checkSubtitles(part, limits)]
  if (part.kind !== 'post') return media
  return [
    ...checkPoll(part.settings.poll, limits),
    ...checkExclusions(part),
    ...checkQuote(part.settings, plan),
    ...checkEdit(part.settings, facts),
    ...checkCommunity(part.settings),
    ...media,
  ]
}

function checkPoll(poll: XSettings['poll'], { poll: limits }: XLimits): readonly PostProblem[] {
  if (!poll) return []
  const problems: PostProblem[] = []
  const path = 'settings/poll'
  const { options, durationMinutes } = poll
  const { optionsMin, optionsMax, optionLengthMax, durationMinutesMin, durationMinutesMax } = limits
  if (options.length < optionsMin)
    problems.push({ code: 'too_few', path: `${path}/options`, limit: optionsMin, actual: options.length })
  if (options.length > optionsMax)
    problems.push({
      code: 'too_many',
      path: `${path}/options`,
      limit: optionsMax,
      actual: options.length,
      fix: 'remove',
    })
  for (const [index, option] of options.entries()) {
    const actual = [...option].length
    if (actual === 0) problems.push({ code: 'missing', path: `${path}/options/${index}` })
    if (actual > optionLengthMax)
      problems.push({
        code: 'too_long',
        path: `${path}/options/${index}`,
        limit: optionLengthMax,
        actual,
        fix: 'shorten',
      })
  }
  const duration = { path: `${path}/durationMinutes`, actual: durationMinutes }
  if (durationMinutes < durationMinutesMin) problems.push({ code: 'too_short', ...duration, limit: durationMinutesMin })
  if (durationMinutes > durationMinutesMax) problems.push({ code: 'too_long', ...duration, limit: durationMinutesMax })
  return problems
}

/** Media, a poll and a quote exclude each other. */
function checkExclusions({ settings, assets }: Part): readonly PostProblem[] {
  const given = [
    ...(assets.length > 0 ? ['media'] : []),
    ...(settings.poll ? ['a poll'] : []),
    ...(settings.quotePostId === undefined ? [] : ['a quote']),
  ]
  if (given.length < 2) return []
  const path = settings.poll ? 'settings/poll' : 'settings/quotePostId'
  const message = `X takes one of media, a poll and a quote; the post has ${given.join(' and ')}.`
  return [{ code: 'exclusive', path, fix: 'remove', message }]
}

function checkQuote({ quotePostId }: XSettings, plan: XAdapterConfig['plan']): readonly PostProblem[] {
  if (quotePostId === undefined || plan === 'enterprise') return []
  const message = 'X lets apps quote posts on its plan Enterprise only (option plan of the adapter).'
  return [{ code: 'not_permitted', path: 'settings/quotePostId', fix: 'remove', message }]
}

function checkEdit(settings: XSettings, facts: XFacts | undefined): readonly PostProblem[] {
  const { editOfPostId, poll, communityId, replyToPostId } = settings
  if (editOfPostId === undefined) return []
  const path = 'settings/editOfPostId'
  const problems: PostProblem[] = []
  if (facts && !isPaying(facts))
    problems.push({ code: 'not_permitted', path, message: 'X lets accounts with Premium edit; this account has none.' })
  if (poll || communityId !== undefined || replyToPostId !== undefined)
    problems.push({ code: 'exclusive', path, message: 'X edits neither polls nor replies nor posts of a Community.' })
  return problems
}

function checkCommunity({ communityId, shareWithFollowers }: XSettings): readonly PostProblem[] {
  if (shareWithFollowers !== true || communityId !== undefined) return []
  const message = 'shareWithFollowers is for posts of a Community; set communityId.'
  return [{ code: 'missing', path: 'settings/communityId', message }]
}

/** Tags hang on media: a later part without media carries none. */
function checkTags({ kind, settings, assets }: Part, { taggedUsersMax }: XLimits): readonly PostProblem[] {
  const count = settings.taggedUserIds?.length ?? 0
  const path = 'settings/taggedUserIds'
  if (count > taggedUsersMax) return [{ code: 'too_many', path, limit: taggedUsersMax, actual: count, fix: 'remove' }]
  if (count === 0 || assets.length > 0 || kind !== 'post') return []
  return [{ code: 'media_missing', path, message: 'X tags people in media; the post has none.' }]
}

function checkSubtitles({ kind, settings, assets }: Part, { subtitles }: XLimits): readonly PostProblem[] {
  const given = settings.subtitles ?? []
  const path = 'settings/subtitles'
  if (given.length === 0) return []
  const hasVideo = assets.some(({ mediaInfo }) => mediaInfo.kind === 'video')
  if (!hasVideo && kind === 'post') return [{ code: 'media_missing', path, message: 'Subtitles need a video.' }]
  const codes = given.map(({ languageCode }) => languageCode)
  return given.flatMap(({ srt, languageCode }, index): readonly PostProblem[] => {
    const actual = Buffer.byteLength(srt)
    const limit = subtitles.sizeBytesMax
    return [
      ...(actual > limit ? [{ code: 'too_large', path: `${path}/${index}/srt`, limit, actual }] : []),
      ...(codes.indexOf(languageCode) < index
        ? [{ code: 'duplicate', path: `${path}/${index}/languageCode`, actual: languageCode }]
        : []),
    ]
  })
}
