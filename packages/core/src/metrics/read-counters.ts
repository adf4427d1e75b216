import { createAccountCallContext, untilAborted } from '../accounts/adapter-call.ts'
import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import type { CallContext } from '../platform/call-context.ts'
import type { AccountAccess } from '../publishing/publishing-store.ts'

const READ_TIMEOUT_MS = 10_000

export interface ReadCountersDependencies {
  readonly access: AccountAccess
  readonly monotonic: () => number
  readonly startTimeout: (timeoutMs: number) => AbortSignal
}

export interface CountedAccount {
  readonly agencyId: AgencyId
  readonly accountId: AccountId
  readonly creatorId: CreatorId
  readonly platform: string
  /** The database's clock, epoch milliseconds. */
  readonly now: number
}

/** Lets an adapter read with the account's own token, for at most ten seconds. */
export async function readCounters<Result>(
  dependencies: ReadCountersDependencies,
  account: CountedAccount,
  read: (context: CallContext) => Promise<Result>,
): Promise<Result> {
  const signal = dependencies.startTimeout(READ_TIMEOUT_MS)
  const work = async (): Promise<Result> => {
    const app = await dependencies.access.appFor(account)
    const accessToken = await dependencies.access.accessToken(account, { forMs: READ_TIMEOUT_MS, force: 'no', signal })
    const { monotonic } = dependencies
    return read(createAccountCallContext({ app, accessToken, now: account.now, signal, monotonicNow: monotonic }))
  }
  return untilAborted(work(), signal)
}
