import type { AccountProfile, CallContext } from '@ofm-social/core'
import type { XApi } from './api.ts'

/** Whose token it is. Costs a paid read, so it is asked for only where core has not said. */
export async function readAccount(api: XApi, webUrl: string, context: CallContext): Promise<AccountProfile> {
  const { id, username } = await api.readMe(context)
  return { externalId: id, username, url: `${webUrl}/${username}` }
}

/** The address of a post. It works without a name, too. */
export function toPostUrl(webUrl: string, postId: string, context: CallContext): string {
  return `${webUrl}/${context.account?.username ?? 'i'}/status/${postId}`
}
