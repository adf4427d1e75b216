import type { CallContext } from '../../platform/call-context.ts'
import type { AccountProfile, PlatformAdapter } from '../../platform/platform-adapter.ts'

/** The accounts that the call's token acts for, by whichever member the adapter has; none without one. */
export async function listReached(adapter: PlatformAdapter, context: CallContext): Promise<readonly AccountProfile[]> {
  if (adapter.listAccounts) return adapter.listAccounts(context)
  return adapter.readAccount ? [await adapter.readAccount(context)] : []
}
