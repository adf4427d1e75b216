import type { InstagramCall } from './call.ts'
import { listChildren, toContainerStatus, toStatusText } from './container-status.ts'
import type { NodeFields } from './fields.ts'
import type { Container } from './state.ts'

/** Fields of a container: https://developers.facebook.com/docs/instagram-platform/instagram-graph-api/reference/ig-container */
export function toContainerFields({ context, settings }: InstagramCall, container: Container): NodeFields {
  const moment = { now: context.now, settings }
  const status = toContainerStatus(context.state, container, moment)
  const failure = container.failure ?? listChildren(context.state, container).find((child) => child.failure)?.failure
  return {
    id: () => container.id,
    status_code: () => status,
    status: () => toStatusText(status, failure ?? null, settings),
    video_status: () => toVideoStatus(container, status),
    copyright_check_status: () =>
      container.medium === 'video' && status === 'FINISHED' ? { matches_found: false, status: 'completed' } : undefined,
  }
}

function toVideoStatus({ upload }: Container, status: string): unknown {
  if (!upload) return undefined
  const { transferred, fileSize, error } = upload
  const isComplete = fileSize !== null && transferred >= fileSize
  const uploading = error ? 'error' : isComplete ? 'complete' : transferred > 0 ? 'in_progress' : 'not_started'
  const processing = isComplete ? (status === 'IN_PROGRESS' ? 'in_progress' : 'complete') : 'not_started'
  return {
    uploading_phase: {
      status: uploading,
      bytes_transferred: transferred,
      ...(fileSize === null ? {} : { source_file_size: fileSize }),
      ...(error ? { errors: [error] } : {}),
    },
    processing_phase: { status: status === 'ERROR' ? 'error' : processing },
  }
}
