import type { Creator } from '../creators/creators.ts'
import type { AgencyId } from '../model/ids.ts'
import type { AccountProfile, PlatformAdapter } from '../platform/platform-adapter.ts'
import { SocialError } from '../social-error.ts'
import type { AccountEvent } from './account-event.ts'
import type { Account } from './accounts.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { sealTokens, type TokenPair } from './seal-tokens.ts'
import { subscribeAccount } from './subscribe-account.ts'

/** An account that is about to be connected, with its tokens in clear. */
export interface AccountToSave {
  readonly agencyId: AgencyId
  readonly creator: Creator
  readonly adapter: PlatformAdapter
  readonly profile: Omit<AccountProfile, 'username'> & { readonly username: string | null }
  readonly appKey: string | null
  /** Null where the host brings them. */
  readonly tokens: TokenPair | null
  readonly expiresAt: number | null
  readonly scopes: readonly string[]
  readonly missingScopes: readonly string[]
}

type SaveDependencies = Pick<
  AccountsDependencies,
  'store' | 'vault' | 'createId' | 'readApp' | 'startTimeout' | 'monotonicNow' | 'log'
>

const defaults: Pick<Account, 'afterUnknown' | 'spacingMs'> = { afterUnknown: 'ask', spacingMs: 120_000 }

/**
 * Seals the tokens for the account's own id and stores both. Adds the account, or connects the known one again; what happens on it is then told by its
 * platform, where that can be asked for.
 */
export async function saveAccount(dependencies: SaveDependencies, toSave: AccountToSave): Promise<Account> {
  const { agencyId, adapter, tokens } = toSave
  const account = await storeAccount(dependencies, toSave)
  if (tokens)
    await subscribeAccount(dependencies, { agencyId, accountId: account.id, adapter, accessToken: tokens.accessToken })
  return account
}

async function storeAccount(
  { store, vault, createId }: SaveDependencies,
  { agencyId, creator, adapter, profile, tokens, ...facts }: AccountToSave,
): Promise<Account> {
  const { externalId, username, url = null, aliases = [] } = profile
  const [known] = await store.listByExternalIds(agencyId, { platform: adapter.platform, externalIds: [externalId] })
  const event: AccountEvent = {
    type: 'account.connected',
    by: 'app',
    ...(facts.missingScopes.length > 0 && { details: { missingScopes: facts.missingScopes } }),
  }
  let id = known?.id ?? createId('account')
  for (;;) {
    const sealed = tokens && (await sealTokens(vault, { agencyId, creatorId: creator.id, accountId: id }, tokens))
    const row = {
      id,
      creatorId: creator.id,
      platform: adapter.platform,
      externalId,
      aliases,
      username,
      url,
      defaults,
      ...facts,
    }
    const result = await store.connect(agencyId, { ...row, tokens: sealed }, event)
    if (result.status === 'connected') return result.account
    if (result.status === 'taken') throw toAccountTaken(adapter, profile)
    id = result.id
  }
}

export function toAccountTaken(
  { displayName }: PlatformAdapter,
  { externalId, username }: Pick<AccountToSave['profile'], 'externalId' | 'username'>,
): SocialError {
  const name = username ? `@${username}` : externalId
  return new SocialError('account_taken', `${displayName} account ${name} belongs to another creator.`)
}
