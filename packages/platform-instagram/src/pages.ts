import { type CallContext, isPlatformError, type OAuthContext } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import type { FacebookPage } from './api-accounts.ts'

const listPagesMax = 20

/** Whose Pages: the token of the context, or the one of the headers where there is none. */
export interface PageOwner {
  readonly context: CallContext | OAuthContext
  readonly headers?: Readonly<Record<string, string>>
}

/** All Pages that a token of a Facebook login leads to: those of the person, those reached only through a business, or the one whose token it is. */
export async function listPages(api: InstagramApi, owner: PageOwner): Promise<readonly FacebookPage[]> {
  let own: readonly FacebookPage[]
  try {
    own = await listAll(api, '/me/accounts', owner)
  } catch (error) {
    // A Page has no Pages: the token is its own.
    if (!isPlatformError(error) || error.platformCode?.split('/')[0] !== '100') throw error
    return [await api.readOwnPage(owner)]
  }
  const businessIds = await listAllowed(() => api.listBusinessIds(owner))
  const edges = businessIds.flatMap((id) => [`/${id}/owned_pages`, `/${id}/client_pages`])
  const ofBusinesses = await Promise.all(edges.map((edge) => listAllowed(() => listAll(api, edge, owner))))
  return [...own, ...ofBusinesses.flat()]
}

/** What the person may not see, or did not grant, leads nowhere. */
async function listAllowed<Item>(list: () => Promise<readonly Item[]>): Promise<readonly Item[]> {
  try {
    return await list()
  } catch (error) {
    if (isPlatformError(error) && ['permission_missing', 'invalid_post'].includes(error.code)) return []
    throw error
  }
}

async function listAll(api: InstagramApi, path: string, owner: PageOwner): Promise<readonly FacebookPage[]> {
  const pages: FacebookPage[] = []
  let after: string | undefined
  for (let count = 0; count < listPagesMax; count += 1) {
    const { data, paging } = await api.listPages(path, after, owner)
    pages.push(...data)
    after = paging?.next == null ? undefined : (paging.cursors?.after ?? undefined)
    if (after === undefined) break
  }
  return pages
}
