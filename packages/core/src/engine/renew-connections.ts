import { isPlatformError } from '../platform/platform-error.ts'
import { nameError } from '../publishing/name-error.ts'
import type { AccountAccess } from '../publishing/publishing-store.ts'
import type { SocialOptions } from '../social.ts'
import type { RenewalStore } from './renewal-store.ts'

const BATCH = 20
/** A platform that is away is asked again after this; the tokens are good for a while. */
const RETRY_AFTER_MS = 1_800_000
/** Makes every token that is on the list due: those of a day or less are renewed once a day. */
const GOOD_FOR_MS = 3_600_000

/** Renews permissions whose time has come, for at most so long. After the signal none is begun; the one that was is awaited, some seconds at most. */
export type RenewConnections = (options: {
  readonly maxMs: number
  readonly signal?: AbortSignal
}) => Promise<{ readonly asked: number; readonly nextDueInMs: number | null }>

export function createRenewConnections(dependencies: {
  readonly store: RenewalStore
  readonly access: Pick<AccountAccess, 'accessToken'>
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly log: NonNullable<SocialOptions['log']>
}): RenewConnections {
  const { store, access, monotonic, log } = dependencies
  // A platform may have replaced the token when it is asked: the new one must be stored.
  const never = new AbortController().signal
  return async ({ maxMs, signal }) => {
    const end = monotonic() + maxMs
    let asked = 0
    while (monotonic() < end && !signal?.aborted) {
      const due = await store.take({ limit: BATCH, retryAfterMs: RETRY_AFTER_MS })
      for (const key of due) {
        if (signal?.aborted) break
        asked += 1
        try {
          await access.accessToken(key, { forMs: GOOD_FOR_MS, force: 'no', signal: never })
        } catch (error) {
          // A withdrawn permission has told its own event already; what passes is asked again.
          const name = isPlatformError(error) ? error.code : nameError(error)
          log({ level: 'warn', message: 'a permission could not be renewed', accountId: key.accountId, error: name })
        }
      }
      if (due.length < BATCH) break
    }
    return { asked, nextDueInMs: await store.nextDueInMs() }
  }
}
