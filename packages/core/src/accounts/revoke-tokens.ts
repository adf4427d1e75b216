import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, untilAborted } from './adapter-call.ts'
import { openTokens } from './seal-tokens.ts'
import type { SealedTokens } from './sealed-tokens.ts'

/** Revokes both tokens at the platform, as well as it goes: a failure is logged and nothing else. */
export async function revokeTokens(
  dependencies: Pick<AccountsDependencies, 'adapters' | 'vault' | 'readApp' | 'startTimeout' | 'log'>,
  owner: {
    readonly agencyId: AgencyId
    readonly creatorId: CreatorId
    readonly accountId: AccountId
    readonly platform: string
  },
  { sealed, now }: { readonly sealed: SealedTokens /** Epoch milliseconds. */; readonly now: number },
): Promise<void> {
  const { adapters, vault, readApp, startTimeout, log } = dependencies
  const { platform, accountId } = owner
  const oauth = adapters.find((one) => one.platform === platform)?.oauth
  if (!oauth?.revoke) return
  try {
    const app = await readApp(owner)
    if (!app) return
    const { accessToken, refreshToken } = await openTokens(vault, owner, sealed)
    const context = { app, now, signal: startTimeout(accountCallTimeoutMs) }
    for (const token of refreshToken ? [refreshToken, accessToken] : [accessToken]) {
      await untilAborted(oauth.revoke(token, context), context.signal)
    }
  } catch (error) {
    const reason = error instanceof Error ? error.name : 'unknown'
    log({ level: 'warn', message: 'tokens were not revoked at the platform', platform, accountId, reason })
  }
}
