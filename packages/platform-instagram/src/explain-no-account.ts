import { type CallContext, isPlatformError, PlatformError } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import type { FacebookPage } from './api-accounts.ts'

/** Without these a Page or its account does not show. https://developers.facebook.com/documentation/instagram-platform/instagram-api-with-facebook-login */
const neededToFind = ['instagram_basic', 'pages_show_list', 'pages_read_engagement']
const ofBusinesses = 'business_management'
const namedMax = 10

/** Why a login of Facebook leads to no Instagram account, and what its person has to do. */
export async function explainNoAccount(
  api: InstagramApi,
  pages: readonly FacebookPage[],
  context: CallContext,
): Promise<PlatformError> {
  const grants = await readGrants(api, context)
  const missing = neededToFind.filter((scope) => grants && !grants.includes(scope))
  const businesses =
    grants && !grants.includes(ofBusinesses) ? ` Pages of a business need ${ofBusinesses}, which was not granted.` : ''
  return new PlatformError({ code: 'permission_missing', message: `${toReason(missing, pages)}${businesses}` })
}

function toReason(missing: readonly string[], pages: readonly FacebookPage[]): string {
  if (missing.length > 0) {
    return `Without ${missing.join(', ')} no Instagram account can be found. Connect again and leave these permissions on.`
  }
  if (pages.length === 0) {
    return 'This Facebook login leads to no Page: none was selected, or there is none. Connect again and select the Page that is linked to the professional Instagram account.'
  }
  const names = pages.slice(0, namedMax).map(({ id, name }) => name ?? id)
  const more = pages.length > namedMax ? ` and ${pages.length - namedMax} more` : ''
  return `No Page of this Facebook login is linked to a professional Instagram account: ${names.join(', ')}${more}. Link one in Facebook, or connect again and select another Page.`
}

/** Undefined for a Page's token, which cannot be asked. */
async function readGrants(api: InstagramApi, context: CallContext): Promise<readonly string[] | undefined> {
  try {
    return await api.listGrants(await context.accessToken(), context)
  } catch (error) {
    if (isPlatformError(error)) return undefined
    throw error
  }
}
