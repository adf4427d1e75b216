import { type CallContext, isPlatformError } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import { OBJECT_MISSING } from './to-platform-error.ts'

/** Deletes a post, reel, story or comment. One that is already gone is a success. */
export async function removeObject(api: InstagramApi, externalId: string, context: CallContext): Promise<void> {
  try {
    await api.deleteObject(externalId, context)
  } catch (error) {
    if (isPlatformError(error) && error.platformCode === OBJECT_MISSING) return
    throw error
  }
}
