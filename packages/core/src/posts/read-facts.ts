import { accountCallTimeoutMs, createAccountCallContext, untilAborted } from '../accounts/adapter-call.ts'
import type { AccountId, AgencyId, CreatorId } from '../model/ids.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import type { PlatformMeters } from '../platform/platform-meters.ts'
import type { AccountAccess } from '../publishing/publishing-store.ts'
import type { SocialOptions } from '../social.ts'
import type { PayForCall } from '../spending/pay-for-call.ts'
import type { FactsOf } from './plan-post.ts'
import type { PostMaterial, PostStore } from './post-store.ts'

const FACTS_TIMEOUT_MS = 5_000

export interface FactsDependencies {
  readonly store: Pick<PostStore, 'saveFacts'>
  readonly access: AccountAccess
  readonly monotonicNow: () => number
  readonly startTimeout: (timeoutMs: number) => AbortSignal
  readonly log: NonNullable<SocialOptions['log']>
  /** Absent: nothing is reserved. */
  readonly payForCall?: PayForCall | undefined
}

/** The facts that are stored, whatever their age: for the host's own transaction, which must not wait for a network. */
export function storedFacts(material: PostMaterial): FactsOf {
  return async (account, target) =>
    material.facts.find((entry) => entry.accountId === account.id && entry.target === (target ?? ''))?.facts
}

/** Reads facts that have expired, for at most five seconds; else the last ones, or none. */
export function freshFacts(dependencies: FactsDependencies, agencyId: AgencyId, material: PostMaterial): FactsOf {
  const stored = storedFacts(material)
  return async (account, target, adapter) => {
    const known = await stored(account, target, adapter)
    if (!adapter.readFacts || (known && known.expiresAt > material.now)) return known
    try {
      const signal = dependencies.startTimeout(Math.min(FACTS_TIMEOUT_MS, accountCallTimeoutMs))
      const owner = { agencyId, accountId: account.id, creatorId: account.creatorId, platform: account.platform }
      const read = async (): Promise<DestinationFacts | undefined> => {
        const app = await dependencies.access.appFor(owner)
        const accessToken = await dependencies.access.accessToken(owner, {
          forMs: FACTS_TIMEOUT_MS,
          force: 'no',
          signal,
        })
        const context = createAccountCallContext({
          app,
          accessToken,
          now: material.now,
          signal,
          monotonicNow: dependencies.monotonicNow,
        })
        const destination = { accountExternalId: account.externalId, ...(target === null ? {} : { target }) }
        return adapter.readFacts?.(destination, context)
      }
      const paid = () => payForFacts(dependencies, { ...owner, now: material.now, meters: adapter.meters }, read)
      const facts = await untilAborted(paid(), signal)
      if (facts)
        await dependencies.store.saveFacts(
          agencyId,
          { accountId: account.id, target, creatorId: account.creatorId },
          facts,
        )
      return facts ?? known
    } catch (error) {
      dependencies.log({
        level: 'warn',
        message: 'facts could not be read; the last ones are used',
        platform: account.platform,
        error: error instanceof Error ? error.name : 'unknown',
      })
      return known
    }
  }
}

interface FactsOwner {
  readonly agencyId: AgencyId
  readonly creatorId: CreatorId
  readonly accountId: AccountId
  readonly platform: string
  readonly now: number
  readonly meters: PlatformMeters | undefined
}

function payForFacts<Facts>(
  { payForCall }: FactsDependencies,
  { accountId, meters, ...owner }: FactsOwner,
  read: () => Promise<Facts>,
): Promise<Facts> {
  const uses = meters?.usesOfFacts?.()
  if (!payForCall || !meters || !uses) return read()
  return payForCall({ ...owner, reference: accountId, prices: meters.prices, uses }, read)
}
