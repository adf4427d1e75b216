import { isPlatformError, type PartAsset } from '@ofm-social/core'
import type { ContainerRecord } from './container-checkpoint.ts'
import type { UploadProgress } from './container-status.ts'
import type { ContainerTask } from './continue-container.ts'

/** Which bytes of which file are sent, to which container. */
interface VideoPiece {
  readonly container: ContainerRecord
  readonly asset: PartAsset
  readonly offset: number
}

/** The byte from which on a video is still to be sent; undefined when Instagram has it all, or when only the container can say what became of it. */
export function findOffset(
  { refused }: ContainerRecord,
  upload: UploadProgress | undefined,
  { sizeBytes }: PartAsset,
): number | undefined {
  if (upload === undefined) return refused === undefined ? 0 : undefined
  return upload.isComplete || upload.bytes >= sizeBytes ? undefined : upload.bytes
}

/**
 * Sends a video's bytes to the end. Returns why Instagram did not take them; an upload that is refused may still be processed, so the container decides.
 *
 * @see https://developers.facebook.com/documentation/instagram-platform/content-publishing/resumable-uploads
 */
export async function sendVideo(
  { api, context }: Pick<ContainerTask, 'api' | 'context'>,
  { container, asset, offset }: VideoPiece,
): Promise<string | undefined> {
  const { stream: body, type } = await context.open(asset, { start: offset, end: asset.sizeBytes - 1 })
  try {
    const isTaken = await api.sendVideo({ container, offset, fileBytes: asset.sizeBytes, body, type }, context)
    return isTaken ? undefined : 'Instagram answered that it is no success.'
  } catch (error) {
    const isRefused = isPlatformError(error) && error.status === 400 && error.platformCode === undefined
    if (!isRefused) throw error
    return error.message
  }
}
