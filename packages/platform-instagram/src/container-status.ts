import type { InstagramContainer } from './api-media.ts'
import { isPassingMediaFailure } from './error-rules.ts'

/** What a container says about itself. */
export type ContainerStatus =
  | { readonly status: 'finished' | 'published' | 'expired' | 'processing' }
  | { readonly status: 'failed'; readonly isPassing: boolean; readonly reason: string; readonly subcode?: number }

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
      return phaseError === undefined
        ? { status: 'processing' }
        : { status: 'failed', isPassing: true, reason: phaseError }
    }
  }
}

function toFailure(sentence: string): ContainerStatus {
  const found = /\b(2207\d{3})\b/.exec(sentence)?.[1]
  const reason = sentence === '' ? 'no reason given' : sentence
  if (found === undefined) return { status: 'failed', isPassing: true, reason }
  const subcode = Number(found)
  return { status: 'failed', isPassing: isPassingMediaFailure(subcode), reason, subcode }
}

function findPhaseError({ video_status: video }: InstagramContainer): string | undefined {
  const phases = [video?.uploading_phase, video?.processing_phase]
  const failed = phases.find((phase) => phase?.status === 'error')
  return failed ? (failed.errors?.[0]?.message ?? 'the upload failed') : undefined
}
