import { type AccountProfile, type CallContext, isPlatformError, PlatformError } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import type { FacebookPage } from './api-accounts.ts'
import type { InstagramAdapterConfig } from './options.ts'

const pagesMax = 20

/** What finds an account out. */
export interface AccountLookup {
  readonly api: InstagramApi
  readonly config: InstagramAdapterConfig
}

/** Whose token it is. A token of a Facebook login has to lead to one account; a Page token always does. */
export async function readAccount(lookup: AccountLookup, context: CallContext): Promise<AccountProfile> {
  const { api, config } = lookup
  if (config.login === 'instagram') {
    const { id, user_id: userId, username } = await api.readMe(context)
    // Callbacks about the app name people by the id that only the app knows.
    return { ...toProfile(lookup, { id: userId ?? id, username }), ...(userId != null && { aliases: [id] }) }
  }
  const accounts = await listAccounts(lookup, context)
  const known = context.account?.externalId
  const chosen = accounts.length === 1 ? accounts[0] : accounts.find(({ externalId }) => externalId === known)
  if (chosen) return { ...chosen, ...(await readAliases(api, context)) }
  throw new PlatformError({ code: 'invalid_post', message: toChoice(accounts) })
}

/** Callbacks about the app name the person of a Facebook login, who may have several accounts. Without the id only those callbacks are lost. */
async function readAliases(api: InstagramApi, context: CallContext): Promise<Pick<AccountProfile, 'aliases'>> {
  try {
    return { aliases: [await api.readOwnId(context)] }
  } catch {
    return {}
  }
}

/** All Instagram accounts that a token of a Facebook login leads to, through Pages of its own and of businesses. */
export async function listAccounts(lookup: AccountLookup, context: CallContext): Promise<readonly AccountProfile[]> {
  const pages = await listLinkedPages(lookup.api, context)
  const accounts = pages.flatMap(({ instagram_business_account: account }) => account ?? [])
  const byId = new Map(accounts.map((account) => [account.id, account]))
  return Promise.all(
    [...byId.values()].map(async ({ id, username }) =>
      toProfile(lookup, { id, username: username ?? (await lookup.api.readProfile(id, context)).username }),
    ),
  )
}

/** The account as it stands in a path. Core says who it is for all but tests and the first question. */
export async function toAccountId(lookup: AccountLookup, context: CallContext): Promise<string> {
  if (context.account) return context.account.externalId
  return lookup.config.login === 'instagram' ? 'me' : (await readAccount(lookup, context)).externalId
}

function toProfile({ config }: AccountLookup, { id, username }: { id: string; username: string }): AccountProfile {
  return { externalId: id, username, url: `${config.toUrl('www.instagram.com')}/${username}/` }
}

function toChoice(accounts: readonly AccountProfile[]): string {
  if (accounts.length === 0) {
    return 'No Page of this Facebook login is linked to a professional Instagram account, or the Page was not selected.'
  }
  const names = accounts.map(({ username }) => `@${username}`).join(', ')
  return `This Facebook login leads to ${accounts.length} Instagram accounts: ${names}. Select one Page in the dialog, or add the account with its Page token.`
}

/** Pages that are reached only through a business are not among a person's own. */
async function listLinkedPages(api: InstagramApi, context: CallContext): Promise<readonly FacebookPage[]> {
  try {
    const own = await listAllPages(api, '/me/accounts', context)
    if (own.some(isLinked)) return own.filter(isLinked)
  } catch (error) {
    // A Page has no Pages: the token is its own.
    if (!isPlatformError(error) || error.platformCode?.split('/')[0] !== '100') throw error
    return [await api.readOwnPage(context)].filter(isLinked)
  }
  return (await listBusinessPages(api, context)).filter(isLinked)
}

async function listBusinessPages(api: InstagramApi, context: CallContext): Promise<readonly FacebookPage[]> {
  const pages: FacebookPage[] = []
  for (const businessId of await readBusinessIds(api, context)) {
    for (const edge of ['owned_pages', 'client_pages']) {
      pages.push(...(await listAllPages(api, `/${businessId}/${edge}`, context)))
    }
  }
  return pages
}

/** Without `business_management` there are no businesses to ask. */
async function readBusinessIds(api: InstagramApi, context: CallContext): Promise<readonly string[]> {
  try {
    return await api.listBusinessIds(context)
  } catch (error) {
    if (isPlatformError(error) && ['permission_missing', 'invalid_post'].includes(error.code)) return []
    throw error
  }
}

async function listAllPages(api: InstagramApi, path: string, context: CallContext): Promise<readonly FacebookPage[]> {
  const pages: FacebookPage[] = []
  let after: string | undefined
  for (let count = 0; count < pagesMax; count += 1) {
    const { data, paging } = await api.listPages(path, { after }, context)
    pages.push(...data)
    after = paging?.next == null ? undefined : (paging.cursors?.after ?? undefined)
    if (after === undefined) return pages
  }
  return pages
}

const isLinked = (page: FacebookPage): boolean => page.instagram_business_account != null
