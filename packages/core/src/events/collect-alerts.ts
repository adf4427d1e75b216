import type { AgencyId } from '../model/ids.ts'
import { nameError } from '../publishing/name-error.ts'
import type { DeliverDependencies } from './deliver-events.ts'
import type { Consumer } from './event-store.ts'

/** Nobody tells this process what others spent. */
const LOOK_EVERY_MS = 5_000

/** Brings an agency's alerts from the ledger into the outbox, where somebody wants them; what nobody wants stays in the ledger. Never throws. */
export type CollectAlerts = (
  agencyId: AgencyId,
  consumers: readonly Consumer[],
  when: 'now' | 'at_times',
) => Promise<void>

export function createCollectAlerts({
  forwardAlerts,
  monotonic,
  log,
}: Pick<DeliverDependencies, 'forwardAlerts' | 'monotonic' | 'log'>): CollectAlerts {
  const lookedAt = new Map<AgencyId, number>()
  return async (agencyId, consumers, when) => {
    if (!forwardAlerts || !consumers.some(({ pattern }) => pattern === '*' || pattern.startsWith('budget.'))) return
    const last = lookedAt.get(agencyId)
    if (when === 'at_times' && last !== undefined && monotonic() - last < LOOK_EVERY_MS) return
    lookedAt.set(agencyId, monotonic())
    try {
      await forwardAlerts(agencyId)
    } catch (error) {
      log({ level: 'error', message: 'alerts of budgets could not be read', error: nameError(error) })
    }
  }
}
