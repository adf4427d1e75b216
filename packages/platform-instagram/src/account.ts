import { type AccountProfile, type CallContext, PlatformError } from '@ofm-social/core'
import type { InstagramApi } from './api.ts'
import { explainNoAccount } from './explain-no-account.ts'
import type { InstagramAdapterConfig } from './options.ts'
import { listPages } from './pages.ts'

/** What finds an account out. */
export interface AccountLookup {
  readonly api: InstagramApi
  readonly config: InstagramAdapterConfig
}

/** Whose token of a login with Instagram it is. */
export async function readAccount(lookup: AccountLookup, context: CallContext): Promise<AccountProfile> {
  const { id, user_id: userId, username } = await lookup.api.readMe(context)
  // Callbacks about the app name people by the id that only the app knows.
  return { ...toProfile(lookup, { id: userId ?? id, username }), ...(userId != null && { aliases: [id] }) }
}

/**
 * All Instagram accounts that a token of a Facebook login acts for, under the names of the Pages that lead to them.
 *
 * @throws {PlatformError} `permission_missing` when there is none, saying why.
 */
export async function listAccounts(lookup: AccountLookup, context: CallContext): Promise<readonly AccountProfile[]> {
  const { api } = lookup
  const pages = await listPages(api, { context })
  const byId = new Map(
    pages.flatMap(({ name, instagram_business_account: account }) =>
      account ? [[account.id, { ...account, name }] as const] : [],
    ),
  )
  if (byId.size === 0) throw await explainNoAccount(api, pages, context)
  const aliases = await readAliases(api, context)
  return Promise.all(
    [...byId.values()].map(async ({ id, username, name }) => {
      const named = { id, username: username ?? (await api.readProfile(id, context)).username }
      return { ...toProfile(lookup, named), ...(name != null && { name }), ...aliases }
    }),
  )
}

/** Callbacks about the app name the person of a Facebook login, who may have several accounts. Without the id only those callbacks are lost. */
async function readAliases(api: InstagramApi, context: CallContext): Promise<Pick<AccountProfile, 'aliases'>> {
  try {
    return { aliases: [await api.readOwnId({ context })] }
  } catch {
    return {}
  }
}

/** The account as it stands in a path. Core says who it is for all but tests. */
export async function toAccountId(lookup: AccountLookup, context: CallContext): Promise<string> {
  if (context.account) return context.account.externalId
  if (lookup.config.login === 'instagram') return 'me'
  const [only, ...others] = await listAccounts(lookup, context)
  if (only && others.length === 0) return only.externalId
  const message = 'The token leads to several Instagram accounts, and the call does not say which of them is meant.'
  throw new PlatformError({ code: 'misconfigured', message })
}

function toProfile({ config }: AccountLookup, { id, username }: { id: string; username: string }): AccountProfile {
  return { externalId: id, username, url: `${config.toUrl('www.instagram.com')}/${username}/` }
}
