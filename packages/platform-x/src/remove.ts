import { type CallContext, isPlatformError, PlatformError } from '@ofm-social/core'
import type { XApi } from './api.ts'

/** Deletes a post. One that is already gone is a success, which X says in several ways. */
export async function removePost(api: XApi, postId: string, context: CallContext): Promise<void> {
  try {
    const { data, errors } = await api.deletePost(postId, context)
    if (data?.deleted === true) return
    if (errors?.some(({ type }) => type?.endsWith('/resource-not-found'))) return
  } catch (error) {
    if (isPlatformError(error) && error.status === 404) return
    throw error
  }
  throw new PlatformError({ code: 'bad_response', message: `X did not say that post ${postId} is deleted.` })
}
