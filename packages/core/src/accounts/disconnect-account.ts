import type { AccountId } from '../model/ids.ts'
import type { Account } from './accounts.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { revokeTokens } from './revoke-tokens.ts'

/**
 * Forgets the tokens first, so that nothing more is published, and then revokes them at the platform, as well as it goes: a platform that does not
 * answer keeps nobody from disconnecting. Null when there is no such account.
 */
export async function disconnectAccount(
  dependencies: AccountsDependencies,
  { id, by }: { readonly id: AccountId; readonly by: string },
): Promise<Account | null> {
  const agencyId = await dependencies.readAgencyId()
  const disconnected = await dependencies.store.disconnect(agencyId, id, { type: 'account.disconnected', by })
  if (!disconnected) return null
  const { account, tokens } = disconnected
  const { creatorId, platform } = account
  if (tokens) {
    const now = await dependencies.store.readNow()
    await revokeTokens(dependencies, { agencyId, creatorId, accountId: id, platform }, { sealed: tokens, now })
  }
  return account
}
