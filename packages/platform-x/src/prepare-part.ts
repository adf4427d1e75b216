import type { CallContext, PartRequest, Preparation } from '@ofm-social/core'
import { checkEditable } from './check-editable.ts'
import type { XCheckpoint } from './media-upload.ts'
import type { XSettings } from './settings.ts'
import { prepareUploads, type UploadWork, type XUploads } from './upload.ts'

/** Everything that comes before the write: whether an edit is still possible, then the files. */
export async function preparePart(
  dependencies: Pick<UploadWork, 'api' | 'config'>,
  part: PartRequest<XSettings>,
  context: CallContext<XCheckpoint>,
): Promise<Preparation<XUploads>> {
  const { editOfPostId } = part.settings
  const isEdit = part.kind === 'post' && editOfPostId !== undefined
  const editableUntil = isEdit ? await checkEditable(dependencies.api, editOfPostId, context) : undefined
  const preparation = await prepareUploads(dependencies, part, context)
  if (preparation.status !== 'prepared' || editableUntil === undefined) return preparation
  // Once that is over it is prepared again, and refused.
  return { ...preparation, expiresAt: Math.min(preparation.expiresAt ?? editableUntil, editableUntil) }
}
