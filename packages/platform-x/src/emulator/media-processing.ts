import type { EmulatorContext } from '@ofm-social/core/testing'
import { findCategory } from './media-categories.ts'
import type { MediaFacts } from './media-facts.ts'
import type { XMedia, XProcessing, XState } from './state.ts'
import type { XSettings } from './switches.ts'

const codes: Readonly<Record<string, readonly [number, string]>> = {
  InvalidMedia: [1, 'Unsupported video format'],
  UnsupportedMedia: [3, 'file is currently unsupported'],
  InternalError: [131, 'Internal error'],
}

const durationMsMin = 500
const durationMsMax = 125 * 60_000

/** What finalized media go through: stills nothing, GIF and video a while. Faults make it longer or end it badly. */
export function startProcessing(
  media: XMedia,
  facts: MediaFacts | undefined,
  settings: XSettings,
  { now, fault }: EmulatorContext<XState>,
): XProcessing | null {
  if (media.kind === 'subtitles') return null
  if (media.kind === 'photo' && fault?.kind !== 'slow_processing' && fault?.kind !== 'fail_processing') return null
  const processing = {
    startedAt: now,
    pendingMs: settings.pendingMs,
    inProgressMs: settings.inProgressMs,
    failure: findFailure(media, facts),
  }
  return applyFault(processing, fault)
}

/** A fault that hits a later request concerns the processing that is going on. */
export function applyFault(processing: XProcessing, fault: EmulatorContext<XState>['fault']): XProcessing {
  if (fault?.kind === 'slow_processing') {
    return { ...processing, inProgressMs: Math.max(processing.inProgressMs, fault.ms - processing.pendingMs) }
  }
  if (fault?.kind === 'fail_processing') {
    const [code, message] = codes[fault.reason] ?? [1, fault.reason]
    return { ...processing, failure: { code, name: fault.reason, message } }
  }
  return processing
}

/** `processing_info` as STATUS shows it now. */
export function toProcessingInfo(processing: XProcessing, now: number) {
  const { startedAt, pendingMs, inProgressMs, failure } = processing
  const workedMs = now - startedAt - pendingMs
  if (workedMs < 0) return { state: 'pending', check_after_secs: toCheckAfter(-workedMs) }
  if (workedMs < inProgressMs) {
    const percent = Math.floor((workedMs / inProgressMs) * 100)
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

function findFailure(media: XMedia, facts: MediaFacts | undefined): XProcessing['failure'] {
  if (!facts || facts.type.startsWith('video/') !== (media.kind === 'video')) {
    return { code: 1, name: 'InvalidMedia', message: 'Unsupported video format' }
  }
  const { durationMs } = facts
  if (media.kind === 'animated_gif' && (facts.widthPixels > 1280 || facts.heightPixels > 1080)) {
    return { code: 3, name: 'UnsupportedMedia', message: 'file is currently unsupported' }
  }
  if (!durationMs) return null
  const maxMs = Math.min(durationMsMax, findCategory(media.category)?.premiumDurationMsMax ?? durationMsMax)
  if (durationMs < durationMsMin || durationMs > maxMs) {
    const bound = durationMs > maxMs ? `exceeds max duration of ${tell(maxMs)}` : `is below ${tell(durationMsMin)}`
    return { code: 3, name: 'UnsupportedMedia', message: `Duration ${tell(durationMs)} ${bound}` }
  }
  return null
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
