import type { EmulatorContext } from '@ofm-social/core/testing'
import { readDurationMsMax } from './media-categories.ts'
import type { MediaFacts } from './media-facts.ts'
import type { XMedia, XProcessing, XState } from './state.ts'
import type { XProcessingFailure, XSettings } from './switches.ts'

const codes: Readonly<Record<string, readonly [number, string]>> = {
  InvalidMedia: [1, 'Unsupported video format'],
  UnsupportedMedia: [3, 'file is currently unsupported'],
  InternalError: [131, 'Internal error'],
}

const durationMsMin = 500
const gifMax = { widthPixels: 1280, heightPixels: 1080, frames: 350, pixels: 300_000_000 }

/** What finalized media go through: stills nothing, GIF and video a while. Faults make it longer or end it badly. */
export function startProcessing(
  media: XMedia,
  facts: MediaFacts | undefined,
  settings: XSettings,
  { now, fault }: EmulatorContext<XState>,
): XProcessing | null {
  if (media.kind === 'subtitles') return null
  const plan = settings.processing[media.category]
  const isDisturbed = fault?.kind === 'slow_processing' || fault?.kind === 'fail_processing'
  if (media.kind === 'photo' && !plan && !isDisturbed) return null
  const processing = {
    startedAt: now,
    pendingMs: plan?.pendingMs ?? settings.pendingMs,
    inProgressMs: plan?.inProgressMs ?? settings.inProgressMs,
    failure: plan?.failure ? toFailure(plan.failure) : findFailure(media, facts, settings),
    stallsAtPercent: plan?.stallsAtPercent ?? null,
  }
  return applyFault(processing, fault)
}

const unreadable = { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' } as const

function toFailure({ name, code, message }: XProcessingFailure): NonNullable<XProcessing['failure']> {
  const [knownCode, knownMessage] = codes[name] ?? [1, name]
  return { name, code: code ?? knownCode, message: message ?? knownMessage }
}

/** A fault that hits a later request concerns the processing that is going on. */
export function applyFault(processing: XProcessing, fault: EmulatorContext<XState>['fault']): XProcessing {
  if (fault?.kind === 'slow_processing') {
    return { ...processing, inProgressMs: Math.max(processing.inProgressMs, fault.ms - processing.pendingMs) }
  }
  if (fault?.kind === 'fail_processing') {
    return { ...processing, failure: toFailure({ name: fault.reason }) }
  }
  return processing
}

/** `processing_info` as STATUS shows it now. */
export function toProcessingInfo(processing: XProcessing, now: number) {
  const { startedAt, pendingMs, inProgressMs, failure, stallsAtPercent } = processing
  const workedMs = now - startedAt - pendingMs
  if (workedMs < 0) return { state: 'pending', check_after_secs: toCheckAfter(-workedMs) }
  const percent = Math.floor((workedMs / inProgressMs) * 100)
  if (stallsAtPercent !== null && (inProgressMs === 0 || percent >= stallsAtPercent)) {
    const error = failure ? { error: failure } : {}
    return { state: 'in_progress', check_after_secs: 1, progress_percent: stallsAtPercent, ...error }
  }
  if (workedMs < inProgressMs) {
    return { state: 'in_progress', check_after_secs: toCheckAfter(inProgressMs - workedMs), progress_percent: percent }
  }
  return failure
    ? { state: 'failed', progress_percent: 100, error: failure }
    : { state: 'succeeded', progress_percent: 100 }
}

export function isReady(media: XMedia, settings: XSettings, now: number): boolean {
  if (!media.stored || media.stored.storedAt + settings.mediaLagMs > now) return false
  return !media.processing || toProcessingInfo(media.processing, now).state === 'succeeded'
}

function toCheckAfter(leftMs: number): number {
  return Math.min(5, Math.max(1, Math.ceil(leftMs / 1000)))
}

function findFailure(media: XMedia, facts: MediaFacts | undefined, settings: XSettings): XProcessing['failure'] {
  if (!facts || facts.type.startsWith('video/') !== (media.kind === 'video')) return unreadable
  if (media.kind === 'animated_gif' && isGifTooLarge(facts)) return toFailure({ name: 'UnsupportedMedia' })
  const { durationMs } = facts
  if (!durationMs) return null
  const maxMs = readDurationMsMax(media.category, settings)
  if (durationMs < durationMsMin || durationMs > maxMs) {
    const bound = durationMs > maxMs ? `exceeds max duration of ${tell(maxMs)}` : `is below ${tell(durationMsMin)}`
    return { code: 3, name: 'UnsupportedMedia', message: `Duration ${tell(durationMs)} ${bound}` }
  }
  return null
}

/** https://docs.x.com/x-api/media/quickstart/best-practices */
function isGifTooLarge({ widthPixels, heightPixels, frames }: MediaFacts): boolean {
  const count = frames ?? 1
  const isLarge = widthPixels > gifMax.widthPixels || heightPixels > gifMax.heightPixels || count > gifMax.frames
  return isLarge || widthPixels * heightPixels * count > gifMax.pixels
}

/** `2.minutes+29.seconds+350.milliseconds` */
function tell(ms: number): string {
  const parts = [
    [Math.floor(ms / 60_000), 'minutes'],
    [Math.floor(ms / 1000) % 60, 'seconds'],
    [ms % 1000, 'milliseconds'],
  ] as const
  return parts.flatMap(([amount, unit]) => (amount > 0 ? [`${amount}.${unit}`] : [])).join('+')
}
