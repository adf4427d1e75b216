import type { AccountId, AgencyId } from '../model/ids.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { isPlatformError } from '../platform/platform-error.ts'
import type { Secret } from '../platform/secret.ts'
import type { AccountsDependencies } from './accounts-dependencies.ts'
import { accountCallTimeoutMs, createAccountCallContext, untilAborted } from './adapter-call.ts'

/**
 * Has the platform tell what happens on an account that has a new token, as well as it goes: a failure is logged and nothing else. The next renewal
 * or login tries again.
 */
export async function subscribeAccount(
  dependencies: Pick<AccountsDependencies, 'store' | 'readApp' | 'startTimeout' | 'monotonicNow' | 'log'>,
  connected: {
    readonly agencyId: AgencyId
    readonly accountId: AccountId
    readonly adapter: PlatformAdapter
    readonly accessToken: Secret
  },
): Promise<void> {
  const { agencyId, accountId, adapter, accessToken } = connected
  if (!adapter.subscribe) return
  const { store, readApp, startTimeout, monotonicNow, log } = dependencies
  const { platform } = adapter
  try {
    const account = await store.find(agencyId, accountId)
    if (!account) return
    const { creatorId, externalId, username } = account
    const app = (await readApp({ agencyId, creatorId, platform })) ?? { clientId: '' }
    const now = await store.readNow()
    const signal = startTimeout(accountCallTimeoutMs)
    const named = { externalId, username: username ?? '' }
    const call = { app, accessToken, now, signal, monotonicNow, account: named }
    await untilAborted(adapter.subscribe(createAccountCallContext(call)), signal)
  } catch (error) {
    const why = isPlatformError(error)
      ? { error: error.code, ...(error.platformCode !== undefined && { platformCode: error.platformCode }) }
      : { error: error instanceof Error ? error.name : 'unknown' }
    const message = 'the platform was not asked to tell what happens on an account'
    log({ level: 'warn', message, platform, accountId, ...why })
  }
}
