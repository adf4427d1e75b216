import { isPlatformError, type PlatformBlock } from '../platform/platform-error.ts'
import type { Change, SharedHold } from './publishing-store.ts'

/** Nothing else of the account, or of the app, goes out until the platform's block ends. */
export function toBlockHold({ scope, until }: PlatformBlock, message: string): SharedHold {
  const reason = scope === 'app' ? 'app_blocked' : 'account_blocked'
  return { scope, hold: { reason, scope, until, message } }
}

const RECHECK_MS = 3_600_000

/** What a throw says of the account or the app as a whole, whatever it means for the call itself. */
export function findBlock(error: unknown, now: number): SharedHold | undefined {
  if (!isPlatformError(error)) return undefined
  const { code, block, message, until = now + RECHECK_MS } = error
  if (block) return toBlockHold(block, message)
  switch (code) {
    case 'account_blocked':
      return toBlockHold({ scope: 'account', until }, message)
    case 'app_blocked':
      return toBlockHold({ scope: 'app', until: now + RECHECK_MS }, message)
    case 'permission_missing': {
      const asked = `Reconnect the account, and allow what is missing: ${message}`
      return { scope: 'account', hold: { reason: 'permission', scope: 'account', until: null, message: asked } }
    }
    default:
      return undefined
  }
}

/** The change, and what the platform blocked in the same breath. */
export function withBlock(change: Change, block: SharedHold | undefined): Change {
  return block ? { ...change, sharedHolds: [...(change.sharedHolds ?? []), block] } : change
}
