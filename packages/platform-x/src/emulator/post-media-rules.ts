import type { EmulatorAnswer } from '@ofm-social/core/testing'
import type { XUserCall } from './endpoint.ts'
import { findCategory, readMediaLimits } from './media-categories.ts'
import { applyFault, isReady } from './media-processing.ts'
import type { PostBody } from './post-body.ts'
import { answerForbidden, answerInvalid } from './problems.ts'
import type { XMedia, XStoredMedia } from './state.ts'

// https://docs.x.com/x-api/media/quickstart/best-practices; the sides are those of a report, for the page contradicts itself.
const longSideMax = 1920
const shortSideMax = 1200
const sideMin = 32
const aspectMax = 3
const frameRateMax = 60

/** Media that X does not take with a post: unknown, foreign, expired, not ready, out of its limits, or of two kinds. */
export function refuseMedia(call: XUserCall, { mediaIds, previewMediaId }: PostBody): EmulatorAnswer | undefined {
  const { state, settings, user, context } = call
  const preview = state.media.find(({ id }) => id === previewMediaId)
  if (previewMediaId !== null && (!isUsable(call, preview) || preview?.kind !== 'photo')) {
    return answerInvalidMedia(call, [previewMediaId])
  }
  const media = mediaIds.map((id) => state.media.find((candidate) => candidate.id === id))
  for (const one of media) if (one?.processing) one.processing = applyFault(one.processing, context.fault)
  const unusable = mediaIds.filter((_, index) => !isUsable(call, media[index]))
  const isMixed = settings.mixedMedia === 'refused' && media.length > 1 && media.some((one) => one?.kind !== 'photo')
  const wrong = unusable.length > 0 ? unusable : isMixed ? mediaIds : []
  if (wrong.length > 0) return answerInvalidMedia(call, wrong)
  for (const one of media) {
    const { durationMsMax } = readMediaLimits(one?.category ?? '', settings, user.username)
    if ((one?.stored?.durationMs ?? 0) > durationMsMax) {
      const minutes = Math.round(durationMsMax / 60_000)
      return answerForbidden(`This user is not allowed to post a video longer than ${minutes} minutes.`)
    }
  }
  return undefined
}

function isUsable({ user, settings, now }: XUserCall, media: XMedia | undefined): boolean {
  if (!media?.stored || media.expiresAt <= now || !isReady(media, settings, now)) return false
  if (media.ownerId !== user.id && !media.additionalOwners.includes(user.id)) return false
  if (media.kind === 'video' && !isWithinSpecification(media.stored)) return false
  return findCategory(media.category)?.isOfPosts === true
}

/** Such files are uploaded and processed, and refused with the post. What a file does not say is not held against it. */
function isWithinSpecification({ widthPixels, heightPixels, framesPerSecond }: XStoredMedia): boolean {
  const [long, short] = [Math.max(widthPixels, heightPixels), Math.min(widthPixels, heightPixels)]
  if (framesPerSecond !== null && framesPerSecond > frameRateMax + 0.5) return false
  if (short === 0) return true
  return long <= longSideMax && short <= shortSideMax && short >= sideMin && long / short <= aspectMax
}

function answerInvalidMedia({ settings }: XUserCall, ids: readonly string[]): EmulatorAnswer {
  const answer = answerInvalid(settings, [])
  const errors = [{ parameters: { 'media.media_ids': ids }, message: 'Your media IDs are invalid.' }]
  return { ...answer, json: Object.assign({}, answer.json, { errors }) }
}
