import { type CallContext, PlatformError } from '@ofm-social/core'
import { type AccountLookup, toAccountId } from './account.ts'
import { toBearer } from './api-tokens.ts'
import { listPages } from './pages.ts'

/**
 * Has Instagram tell what happens on the account: the account itself is subscribed with the login through Instagram, with Facebook the Page that leads
 * to it, by a token of its own, which is used for this and forgotten.
 *
 * @see https://developers.facebook.com/docs/instagram-platform/webhooks
 */
export async function subscribe(lookup: AccountLookup, fields: readonly string[], context: CallContext): Promise<void> {
  const { api, config } = lookup
  if (config.login === 'instagram') return api.subscribeApp({ id: 'me', fields }, { context })
  const accountId = await toAccountId(lookup, context)
  const pages = await listPages(api, { context })
  const page = pages.find(({ instagram_business_account: account }) => account?.id === accountId)
  if (!page)
    throw new PlatformError({ code: 'permission_missing', message: 'No Page of this login leads to the account.' })
  const { id } = page
  await api.subscribeApp({ id, fields }, { context, headers: toBearer(await api.readPageToken(id, context)) })
}
