import type { InstagramContainer } from './api-media.ts'
import { findMeaning, REMAKES_MAX, toRemakesMax } from './error-rules.ts'

/** What a container says about itself. */
export type ContainerStatus =
  | { readonly status: 'finished' | 'published' | 'expired' }
  | { readonly status: 'processing'; readonly upload?: UploadProgress }
  | { readonly status: 'failed'; readonly remakesMax: number; readonly reason: string }
  /** Nothing of this account is taken. */
  | { readonly status: 'blocked'; readonly reason: string; readonly subcode: string }

/** How much has arrived of a file that is sent. */
export interface UploadProgress {
  readonly isComplete: boolean
  readonly bytes: number
}

/** Instagram's own failures, and containers that are not ready: they say nothing of the file. */
const ownFailures: readonly number[] = [2207001, 2207027, 2207032, 2207055]

/** Reads a container. Its `status` is a sentence: only an error code is taken out of it. */
export function readContainerStatus(container: InstagramContainer): ContainerStatus {
  switch (container.status_code) {
    case 'FINISHED':
      return { status: 'finished' }
    case 'PUBLISHED':
      return { status: 'published' }
    case 'EXPIRED':
      return { status: 'expired' }
    case 'ERROR':
      return toFailure(container.status ?? '')
    default: {
      // A container can stay in progress for ever while a phase of it has failed.
      const phaseError = findPhaseError(container)
      if (phaseError !== undefined) return { status: 'failed', remakesMax: REMAKES_MAX, reason: phaseError }
      const upload = container.video_status?.uploading_phase
      if (!upload) return { status: 'processing' }
      const { status, bytes_transferred: bytes } = upload
      return { status: 'processing', upload: { isComplete: status === 'complete', bytes: bytes ?? 0 } }
    }
  }
}

function toFailure(sentence: string): ContainerStatus {
  const found = /\b(2207\d{3})\b/.exec(sentence)?.[1]
  const reason = sentence === '' ? 'no reason given' : sentence
  const subcode = Number(found)
  if (found === undefined || ownFailures.includes(subcode)) return { status: 'failed', remakesMax: REMAKES_MAX, reason }
  if (findMeaning(undefined, subcode)?.code === 'account_blocked') return { status: 'blocked', reason, subcode: found }
  return { status: 'failed', remakesMax: toRemakesMax(subcode), reason }
}

function findPhaseError({ video_status: video }: InstagramContainer): string | undefined {
  const phases = [video?.uploading_phase, video?.processing_phase]
  const failed = phases.find((phase) => phase?.status === 'error')
  return failed ? (failed.errors?.[0]?.message ?? 'the upload failed') : undefined
}
