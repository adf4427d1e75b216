import type { Creator } from '../creators/creators.ts'
import type { AgencyId } from '../model/ids.ts'
import type { AppCredentials } from '../platform/call-context.ts'
import type { AccountProfile, PlatformAdapter } from '../platform/platform-adapter.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import { SocialError } from '../social-error.ts'
import type { AccountEvent } from './account-event.ts'
import type { Account } from './accounts.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, createAccountCallContext, untilAborted } from './adapter-call.ts'
import { sealTokens, type TokenPair } from './seal-tokens.ts'

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

const defaults: Pick<Account, 'afterUnknown' | 'spacingMs'> = { afterUnknown: 'ask', spacingMs: 120_000 }

/** Seals the tokens for the account's own id and stores both. Adds the account, or connects the known one again. */
export async function saveAccount(
  { store, vault, createId }: Pick<AccountsDependencies, 'store' | 'vault' | 'createId'>,
  { agencyId, creator, adapter, profile, tokens, ...facts }: AccountToSave,
): Promise<Account> {
  const { externalId, username, url = null, aliases = [] } = profile
  const known = await store.findByExternalId(agencyId, { platform: adapter.platform, externalId })
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
    if (result.status === 'taken') {
      const name = username ? `@${username}` : externalId
      throw new SocialError('account_taken', `${adapter.displayName} account ${name} belongs to another creator.`)
    }
    id = result.id
  }
}

/** Whose token is asked about, and who pays for asking. */
export interface ProfileToRead {
  readonly agencyId: AgencyId
  readonly creator: Creator
  readonly adapter: PlatformAdapter
  readonly app: AppCredentials
  readonly tokens: TokenPair
}

/**
 * Asks the platform whose token it is.
 *
 * @throws {SocialError} `connect_failed` when the platform does not accept the token, `platform_failed` when it cannot be asked now.
 */
export async function readProfile(
  dependencies: Pick<AccountsDependencies, 'store' | 'monotonicNow' | 'startTimeout' | 'bookCall'>,
  { agencyId, creator, adapter, app, tokens }: ProfileToRead,
): Promise<AccountProfile> {
  const { store, monotonicNow, startTimeout, bookCall } = dependencies
  if (!adapter.readAccount) {
    const problem = `The adapter of ${adapter.displayName} cannot tell whose tokens they are (readAccount).`
    throw new SocialError('misconfigured', problem)
  }
  const now = await store.readNow()
  const signal = startTimeout(accountCallTimeoutMs)
  const context = createAccountCallContext({ app, accessToken: tokens.accessToken, now, signal, monotonicNow })
  try {
    const profile = await untilAborted(adapter.readAccount(context), signal)
    const { meters, platform } = adapter
    if (meters) await bookCall?.({ agencyId, creatorId: creator.id, platform, reference: creator.id, meters, now })
    return profile
  } catch (cause) {
    throw toConnectError(adapter, cause)
  }
}

const refusals: readonly string[] = [
  'token_expired',
  'reconnect',
  'permission_missing',
  'account_blocked',
  'invalid_post',
]

/** A failed call of a login, as its caller sees it. Only sentences of adapters are passed on: others might hold a token. */
export function toConnectError(adapter: PlatformAdapter, cause: unknown): SocialError {
  if (!isPlatformError(cause)) {
    return new SocialError('platform_failed', `${adapter.displayName} could not be asked. Try again.`, { cause })
  }
  const code = refusals.includes(cause.code) ? 'connect_failed' : 'platform_failed'
  return new SocialError(code, cause.message, { cause })
}
