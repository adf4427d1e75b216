import { isPlatformError, type PartAsset } from '@ofm-social/core'
import type { ContainerRecord } from './container-checkpoint.ts'
import type { ContainerTask } from './continue-container.ts'

/**
 * Sends a video's bytes, from where an earlier call was interrupted. An upload that is refused may still be processed, so the container decides.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform/content-publishing/resumable-uploads
 */
export async function sendVideo(
  { api, context }: Pick<ContainerTask, 'api' | 'context'>,
  container: ContainerRecord,
  asset: PartAsset,
): Promise<void> {
  const { video_status: video } = await api.readContainer(container.id, context)
  const upload = video?.uploading_phase
  if (upload?.status === 'complete' || upload?.status === 'error') return
  const offset = upload?.bytes_transferred ?? 0
  if (offset >= asset.sizeBytes) return
  const { stream: body, type } = await context.open(asset, { start: offset, end: asset.sizeBytes - 1 })
  try {
    await api.sendVideo({ container, offset, fileBytes: asset.sizeBytes, body, type }, context)
  } catch (error) {
    const isRefused = isPlatformError(error) && error.status === 400 && error.platformCode === undefined
    if (!isRefused) throw error
  }
}
