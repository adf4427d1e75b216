import type { XMedia } from './api.ts'

/** What X says about the processing of a file. */
export type MediaProcessing =
  | { readonly status: 'done' }
  | { readonly status: 'running'; readonly afterMs: number; readonly percent?: number }
  /** `isOurs`: the file is at fault, and uploading it again would not help. */
  | { readonly status: 'failed'; readonly name: string; readonly message: string; readonly isOurs: boolean }

/**
 * Nothing said means ready. An error means failed, whatever the state says beside it.
 *
 * @see https://docs.x.com/x-api/media/quickstart/media-upload-chunked
 */
export function readProcessing({ processing_info: info }: XMedia): MediaProcessing {
  if (info == null || (info.state === 'succeeded' && info.error == null)) return { status: 'done' }
  if (info.error != null || info.state === 'failed') {
    const name = info.error?.name ?? 'InternalError'
    return { status: 'failed', name, message: info.error?.message ?? name, isOurs: name !== 'InternalError' }
  }
  const percent = info.progress_percent ?? undefined
  return { status: 'running', afterMs: (info.check_after_secs ?? 1) * 1000, percent }
}
