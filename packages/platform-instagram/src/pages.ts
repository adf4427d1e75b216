import { type CallContext, isPlatformError, type OAuthContext } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import type { FacebookList, FacebookPage } from './api-accounts.ts'

/** How many pages of a list are read. */
const listPagesMax = 20
/** How many lists of businesses are read at once: an agency may have a hundred businesses. */
const listsAtOnce = 4

/** Whose Pages: the token of the context, or the one of the headers where there is none. */
export interface PageOwner {
  readonly context: CallContext | OAuthContext
  readonly headers?: Readonly<Record<string, string>>
}

/** All Pages that a token of a Facebook login leads to: those of the person, those reached only through a business, or the one whose token it is. */
export async function listPages(api: InstagramApi, owner: PageOwner): Promise<readonly FacebookPage[]> {
  let own: readonly FacebookPage[]
  try {
    own = await listAll((after) => api.listPages('/me/accounts', after, owner))
  } catch (error) {
    // A Page has no Pages: the token is its own.
    if (!isPlatformError(error) || error.platformCode?.split('/')[0] !== '100') throw error
    return [await api.readOwnPage(owner)]
  }
  return [...own, ...(await listOfBusinesses(api, owner))]
}

async function listOfBusinesses(api: InstagramApi, owner: PageOwner): Promise<readonly FacebookPage[]> {
  const businesses = await listAllowed(() => listAll((after) => api.listBusinesses(after, owner)))
  const edges = businesses.flatMap(({ id }) => [`/${id}/owned_pages`, `/${id}/client_pages`])
  const found: FacebookPage[] = []
  for (let first = 0; first < edges.length; first += listsAtOnce) {
    const some = edges.slice(first, first + listsAtOnce)
    const pages = await Promise.all(
      some.map((edge) => listAllowed(() => listAll((after) => api.listPages(edge, after, owner)))),
    )
    found.push(...pages.flat())
  }
  return found
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

async function listAll<Item>(
  read: (after: string | undefined) => Promise<FacebookList<Item>>,
): Promise<readonly Item[]> {
  const items: Item[] = []
  let after: string | undefined
  for (let count = 0; count < listPagesMax; count += 1) {
    const { data, paging } = await read(after)
    items.push(...data)
    after = paging?.next == null ? undefined : (paging.cursors?.after ?? undefined)
    if (after === undefined) break
  }
  return items
}
