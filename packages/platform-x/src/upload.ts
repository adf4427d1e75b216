import type { CallContext, PartAsset, PartRequest, Preparation, Progress } from '@ofm-social/core'
import type { XApi } from './api.ts'
import { beginUpload, continueUpload } from './continue-upload.ts'
import type { XCheckpoint, XMediaUpload } from './media-upload.ts'
import type { XAdapterConfig } from './options.ts'
import type { XSettings } from './settings.ts'

/** Media of a part, ready to be published. */
export interface XUploads {
  readonly mediaIds: readonly string[]
  /** When the call that made the last one ready began, epoch milliseconds; absent without media. */
  readonly readyAt?: number
}

/** One file of a part on its way to X. */
export interface UploadWork {
  readonly api: XApi
  readonly config: XAdapterConfig
  readonly context: CallContext<XCheckpoint>
  readonly part: PartRequest<XSettings>
  readonly asset: PartAsset
  readonly assetIndex: number
  readonly restarts: number
  /** Stores how far this file has come, after those before it. */
  save(upload: XMediaUpload, progress: Progress): Promise<void>
  /** Forgets the upload of this file; the next call begins it again. */
  forget(): Promise<void>
}

/** What one call achieves: the file is ready, or there is something to wait for. */
export type UploadStep =
  | { readonly status: 'ready'; readonly upload: XMediaUpload }
  | { readonly status: 'again'; readonly afterMs: number; readonly progress: Progress }

/** Brings the part's files to X, one after the other; resumes from the checkpoint and never waits. Nothing becomes public. */
export async function prepareUploads(
  dependencies: Pick<UploadWork, 'api' | 'config'>,
  part: PartRequest<XSettings>,
  context: CallContext<XCheckpoint>,
): Promise<Preparation<XUploads>> {
  const done: XMediaUpload[] = []
  const restarts = context.checkpoint?.restarts ?? 0
  for (const [assetIndex, asset] of part.assets.entries()) {
    const before = [...done]
    const work: UploadWork = {
      ...dependencies,
      context,
      part,
      asset,
      assetIndex,
      restarts,
      save: (upload, progress) => context.save({ media: [...before, upload], restarts }, progress),
      forget: () => context.save({ media: before, restarts: restarts + 1 }),
    }
    const stored = context.checkpoint?.media[assetIndex]
    const alive = stored !== undefined && stored.expiresAt > context.now
    const step = alive ? await continueUpload(work, stored) : await continueUpload(work, await beginUpload(work))
    if (step.status === 'again') return step
    done.push(step.upload)
  }
  return toPrepared(done)
}

function toPrepared(media: readonly XMediaUpload[]): Preparation<XUploads> {
  const mediaIds = media.map(({ mediaId }) => mediaId)
  if (media.length === 0) return { status: 'prepared', uploads: { mediaIds } }
  const readyAt = Math.max(...media.map((upload) => upload.readyAt ?? 0))
  const expiresAt = Math.min(...media.map((upload) => upload.expiresAt))
  return { status: 'prepared', uploads: { mediaIds, readyAt }, expiresAt }
}
