import type { PlatformBlock } from '../platform/platform-error.ts'
import type { Change } from './publishing-store.ts'

/** What reaches every publication of the account, the app or the address. */
export type SharedHold = NonNullable<Change['sharedHolds']>[number]

/** Nothing else of the account, or of the app, goes out until the platform's block ends. */
export function toBlockHold({ scope, until }: PlatformBlock, message: string): SharedHold {
  const reason = scope === 'app' ? 'app_blocked' : 'account_blocked'
  return { scope, hold: { reason, scope, until, message } }
}

/** The change, and what the platform blocked in the same breath. */
export function withBlock(change: Change, block: SharedHold | undefined): Change {
  return block ? { ...change, sharedHolds: [...(change.sharedHolds ?? []), block] } : change
}
