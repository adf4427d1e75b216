import { isPlatformError, PlatformError, type Progress } from '@ofm-social/core'
import type { XMedia } from './api.ts'
import { toMediaCategory } from './media-category.ts'
import { readProcessing } from './media-processing.ts'
import { chooseSegmentBytes, type XMediaUpload } from './media-upload.ts'
import { toMediaMetadata } from './to-media-metadata.ts'
import type { UploadStep, UploadWork } from './upload.ts'

/** X forgets media after a day; ours end a little earlier, so that a post is not sent with media that die on the way. */
const usableShare = 0.98
const expirySecondsDefault = 86_400
/** An upload gives way to the caller when no more than this is left of its time. */
const yieldBelowMs = 15_000
const restartsMax = 3
const unclearStatusMs = 5_000

/** Registers a file with X: a picture goes up whole, anything else gets an id for its segments. */
export async function beginUpload(work: UploadWork): Promise<XMediaUpload> {
  const { api, asset, config, context } = work
  const { mediaInfo, sizeBytes } = asset
  const category = toMediaCategory(mediaInfo)
  const isPicture = category === 'tweet_image' || mediaInfo.kind === 'unknown'
  const media = isPicture
    ? await api.uploadImage(await context.open(asset), context)
    : await api.initializeUpload(
        { media_type: mediaInfo.type, total_bytes: sizeBytes, media_category: category },
        context,
      )
  const afterPicture = media.processing_info == null ? 'uploaded' : 'processing'
  const upload: XMediaUpload = {
    mediaId: media.id,
    stage: isPicture ? afterPicture : 'appending',
    expiresAt: toExpiry(media, work),
    nextSegment: 0,
    segmentBytes: chooseSegmentBytes(sizeBytes, config.segmentBytes),
  }
  await work.save(upload, toProgress(work, isPicture ? 1 : 0))
  return upload
}

/** Takes an upload as far as it goes without waiting. */
export async function continueUpload(work: UploadWork, upload: XMediaUpload): Promise<UploadStep> {
  switch (upload.stage) {
    case 'appending':
      return appendSegments(work, upload)
    case 'finalizing':
      return finalize(work, upload)
    case 'processing':
      return pollProcessing(work, upload)
    case 'uploaded':
      return describe(work, upload)
    case 'ready':
      return { status: 'ready', upload }
  }
}

async function appendSegments(work: UploadWork, begun: XMediaUpload): Promise<UploadStep> {
  const { api, asset, context } = work
  let upload = begun
  for (let start = toOffset(upload); start < asset.sizeBytes; start = toOffset(upload)) {
    if (upload !== begun && context.remainingMs() < yieldBelowMs) {
      return { status: 'again', afterMs: 1, progress: toProgress(work, start / asset.sizeBytes) }
    }
    const end = Math.min(start + upload.segmentBytes, asset.sizeBytes) - 1
    const segment = { index: upload.nextSegment, media: await context.open(asset, { start, end }) }
    await orRestart(work, begun, () => api.appendSegment(upload.mediaId, segment, context))
    upload = { ...upload, nextSegment: upload.nextSegment + 1 }
    await work.save(upload, toProgress(work, (end + 1) / asset.sizeBytes))
  }
  // Stored first: after a lost answer X may refuse the second finalize, and its status tells.
  const finalizing = { ...upload, stage: 'finalizing' as const }
  await work.save(finalizing, toProgress(work, 1))
  const media = await orRestart(work, begun, () => api.finalizeUpload(upload.mediaId, context))
  return settleProcessing(work, finalizing, media)
}

async function finalize(work: UploadWork, upload: XMediaUpload): Promise<UploadStep> {
  const { api, context } = work
  try {
    return await settleProcessing(work, upload, await api.finalizeUpload(upload.mediaId, context))
  } catch (error) {
    if (!isRefusal(error)) throw error
  }
  const media = await orRestart(work, upload, () => api.readUploadStatus(upload.mediaId, context))
  return settleProcessing(work, upload, media)
}

async function pollProcessing(work: UploadWork, upload: XMediaUpload): Promise<UploadStep> {
  const { api, config, context } = work
  // From the first question on: `now` of the call that uploaded is when that call began.
  const processingSince = upload.processingSince ?? context.now
  if (context.now - processingSince > config.processingTimeoutMs) {
    return restart(work, `X did not finish processing asset ${work.assetIndex} in time.`)
  }
  let media: XMedia
  try {
    media = await api.readUploadStatus(upload.mediaId, context)
  } catch (error) {
    if (!isPlatformError(error) || error.status === undefined) throw error
    if (error.status === 404) return restart(work, `X no longer knows the upload of asset ${work.assetIndex}.`, error)
    if (error.status !== 400) throw error
    const progress = { phase: 'processing' as const }
    await work.save({ ...upload, processingSince }, progress)
    return { status: 'again', afterMs: unclearStatusMs, progress }
  }
  return settleProcessing(work, { ...upload, processingSince }, media)
}

/** Reads what finalize or status said about processing, and goes on accordingly. */
async function settleProcessing(work: UploadWork, upload: XMediaUpload, media: XMedia): Promise<UploadStep> {
  const outcome = readProcessing(media)
  const expiresAt = media.expires_after_secs == null ? upload.expiresAt : toExpiry(media, work)
  if (outcome.status === 'failed') {
    if (outcome.isOurs) throw toMediaRefusal(work, outcome)
    return restart(work, `X failed to process asset ${work.assetIndex}: ${outcome.message}`)
  }
  if (outcome.status === 'done') {
    const uploaded = { ...upload, expiresAt, stage: 'uploaded' as const }
    await work.save(uploaded, toProgress(work, 1))
    return describe(work, uploaded)
  }
  const progress: Progress = { phase: 'processing', percent: outcome.percent }
  await work.save({ ...upload, expiresAt, stage: 'processing' }, progress)
  return { status: 'again', afterMs: outcome.afterMs, progress }
}

/** Alt text and the mark of adult media. Without the mark nothing is published: a failure here keeps the part from being ready. */
async function describe(work: UploadWork, upload: XMediaUpload): Promise<UploadStep> {
  const { api, context } = work
  const metadata = toMediaMetadata(work.asset, work.part.rating, work.config)
  if (metadata !== undefined) await api.describeMedia({ id: upload.mediaId, metadata }, context)
  if (work.asset.mediaInfo.kind === 'video') await addSubtitles(work, upload.mediaId)
  const ready = { ...upload, stage: 'ready' as const, readyAt: context.now }
  await work.save(ready, toProgress(work, 1))
  return { status: 'ready', upload: ready }
}

/** Small texts: after a failure all of them are brought again. */
async function addSubtitles({ api, part, context }: UploadWork, videoId: string): Promise<void> {
  for (const { srt, languageCode, displayName } of part.settings.subtitles ?? []) {
    const bytes = new TextEncoder().encode(srt)
    const stream = new Blob([bytes]).stream()
    const file = { stream, sizeBytes: bytes.byteLength, type: 'text/srt', fileName: `${languageCode}.srt` }
    const { id } = await api.uploadSubtitles(file, context)
    const subtitles = { id, language_code: languageCode, display_name: displayName }
    await api.addSubtitles({ id: videoId, media_category: 'TweetVideo', subtitles }, context)
  }
}

/** A refusal of an upload that an earlier call began says that X lost it, not that the file is bad. */
async function orRestart<Answer>(work: UploadWork, begun: XMediaUpload, call: () => Promise<Answer>): Promise<Answer> {
  try {
    return await call()
  } catch (error) {
    const isResumed = work.context.checkpoint?.media[work.assetIndex]?.mediaId === begun.mediaId
    if (!isResumed || !isRefusal(error) || work.restarts >= restartsMax) throw error
    return restart(work, `X no longer takes the upload of asset ${work.assetIndex}.`, error)
  }
}

/** Forgets the upload, so that the next call begins it again; gives up after a few. */
async function restart(work: UploadWork, message: string, cause?: unknown): Promise<never> {
  if (work.restarts >= restartsMax) {
    throw new PlatformError({
      code: 'invalid_post',
      message: `${message} It was uploaded ${restartsMax + 1} times.`,
      cause,
    })
  }
  await work.forget()
  throw new PlatformError({ code: 'prepare_again', message: `${message} It is uploaded again.`, cause })
}

function toMediaRefusal(work: UploadWork, outcome: { readonly name: string; readonly message: string }): PlatformError {
  const message = `X refused asset ${work.assetIndex}: ${outcome.message}`
  const problems = [{ code: 'media_refused', path: `assets/${work.assetIndex}`, message: outcome.message }]
  return new PlatformError({ code: 'invalid_post', message, problems, platformCode: outcome.name })
}

function isRefusal(error: unknown): boolean {
  return isPlatformError(error) && (error.code === 'invalid_post' || error.code === 'prepare_again')
}

function toOffset({ nextSegment, segmentBytes }: XMediaUpload): number {
  return nextSegment * segmentBytes
}

function toExpiry(media: XMedia, { context }: UploadWork): number {
  const seconds = media.expires_after_secs ?? expirySecondsDefault
  return Math.floor(context.now + seconds * 1000 * usableShare)
}

/** Of all files together. */
function toProgress({ assetIndex, part }: UploadWork, share: number): Progress {
  return { phase: 'uploading', percent: Math.floor(((assetIndex + share) / part.assets.length) * 100) }
}
