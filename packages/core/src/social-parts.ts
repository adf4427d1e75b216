import { createAssetAccess } from './assets/asset-access.ts'
import { createDueLoop, type DueLoop } from './engine/due-loop.ts'
import { createFollowUp, type FollowUp } from './engine/follow-up.ts'
import { createRenewConnections, type RenewConnections } from './engine/renew-connections.ts'
import { createEventDelivery, type EventDelivery } from './events/deliver-events.ts'
import type { Host } from './host.ts'
import type { CollectMetrics } from './metrics/collect-metrics.ts'
import { createLoadingCollectMetrics } from './metrics/load-collect-metrics.ts'
import { isId } from './model/ids.ts'
import { toPublication } from './publications/to-publication.ts'
import type { Advance } from './publishing/advance.ts'
import { freeOwnLeases } from './publishing/free-own-lease.ts'
import { createLoadingAdvance } from './publishing/load-advance.ts'
import { createRunner, type Runner } from './publishing/runner.ts'
import type { SocialOptions } from './social.ts'
import { createSocialBase, type SocialBase } from './social-base.ts'
import { createSpending, type SpendingParts } from './spending/create-spending.ts'

const CONCURRENCY = { total: 32, perPlatform: 16, perAccount: 1 } as const

/** What all agencies of one `createSocial` share. */
export interface SocialParts extends SocialBase {
  readonly advance: Advance
  readonly preloadAdvance: () => void
  readonly runner: Runner
  readonly events: EventDelivery
  readonly collectMetrics: CollectMetrics
  readonly renewConnections: RenewConnections
  /** Undefined without a ledger. */
  readonly spending: SpendingParts | undefined
  readonly followUp: FollowUp
}

/** Wiring only. */
export function createSocialParts(host: Host, options: SocialOptions): SocialParts {
  const base = createSocialBase(host, options)
  const { ports, adapters, access, log } = base
  const { monotonic, startTimeout } = host
  const spending = createSpendingParts(base)
  const { advance, preload } = createPublishingAdvance(base, spending)
  const events = createEvents(base, spending)
  const followUp = createFollowUp({ events, spendingLoop: createSpendingLoop(base, spending) })
  return {
    ...base,
    spending,
    advance,
    preloadAdvance: preload,
    events,
    followUp,
    runner: createRunnerOf(base, { advance, followUp }),
    collectMetrics: createLoadingCollectMetrics({
      store: ports.metrics,
      publishing: ports.publishing,
      adapters,
      enabled: options.metrics,
      payForCall: spending?.payForCall,
      access,
      monotonic,
      startTimeout,
      log,
    }),
    renewConnections: createRenewConnections({ store: ports.renewals, access, monotonic, log }),
  }
}

function createSpendingParts({ options, ports, createId, host, log }: SocialBase): SpendingParts | undefined {
  return createSpending({
    spending: options.spending,
    budgetOf: options.budgetOf,
    store: ports.spending,
    tell: ports.events.tell,
    createCallId: () => createId('attempt'),
    after: host.after,
    monotonic: host.monotonic,
    log,
  })
}

function createSpendingLoop({ host, log }: SocialBase, spending: SpendingParts | undefined): DueLoop | undefined {
  const failure = 'spending could not be booked'
  return spending && createDueLoop({ run: spending.settle, failure, after: host.after, log })
}

/** Both engines take their steps by it. */
function createPublishingAdvance(
  { host, ports, adapters, access, readFiles, createId, log }: SocialBase,
  spending: SpendingParts | undefined,
): { readonly advance: Advance; readonly preload: () => void } {
  const owner = `ofm-${Buffer.from(host.randomBytes(8)).toString('hex')}`
  const { advance, preload } = createLoadingAdvance({
    spending: spending?.attempts,
    payForCall: spending?.payForCall,
    store: ports.publishing,
    adapters,
    access,
    assets: createAssetAccess({ readFiles }),
    createAttemptId: () => createId('attempt'),
    monotonic: host.monotonic,
    after: host.after,
    owner,
    log,
  })
  return { advance: freeOwnLeases(advance, { handover: ports.handover, owner }), preload }
}

function createEvents({ host, ports, log }: SocialBase, spending: SpendingParts | undefined): EventDelivery {
  return createEventDelivery({
    store: ports.events,
    readPublication: async (agencyId, id) => {
      const found = isId('publication', id) ? await ports.publications.find(agencyId, id) : null
      return found && toPublication(found)
    },
    readAccount: async (agencyId, id) => (isId('account', id) ? ports.accounts.find(agencyId, id) : null),
    forwardAlerts: spending?.forwardAlerts,
    monotonic: host.monotonic,
    after: host.after,
    log,
  })
}

/** Each of its steps is followed up at once. */
function createRunnerOf(
  { host, options, ports, log }: SocialBase,
  { advance, followUp }: { readonly advance: Advance; readonly followUp: FollowUp },
): Runner {
  return createRunner({
    store: ports.publishing,
    advance: async (publicationId, advanceOptions) => {
      const advanced = await advance(publicationId, advanceOptions)
      followUp.wake()
      return advanced
    },
    monotonic: host.monotonic,
    after: host.after,
    concurrency: { ...CONCURRENCY, ...options.concurrency },
    log,
  })
}
