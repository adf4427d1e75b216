import type { AgencyId } from '../model/ids.ts'
import { createCollectAlerts } from './collect-alerts.ts'
import type { DeliverDependencies } from './deliver-events.ts'
import { handOut } from './hand-out.ts'
import { consumersOf, type Registration } from './registration.ts'

const BATCH = 50
const DELIVERY_LEASE_MS = 60_000

/** Delivers what is due to the handlers of this process, one agency after the other. Asks before each further handler whether it may go on. */
type DeliverDue = (mayGoOn: () => boolean, alerts: 'now' | 'at_times') => Promise<void>

export function createDeliverDue(
  dependencies: DeliverDependencies,
  registrations: ReadonlySet<Registration>,
): DeliverDue {
  const { store, monotonic } = dependencies
  const collectAlerts = createCollectAlerts(dependencies)
  /** Hands out one batch. Answers whether there may be more. */
  const deliverBatch = async (agencyId: AgencyId, mayGoOn: () => boolean): Promise<boolean> => {
    const mine = [...registrations].filter((registration) => registration.agencyId === agencyId)
    if (mine.length === 0) return false
    const begunAt = monotonic()
    const taken = await store.take(agencyId, consumersOf(mine), { limit: BATCH, leaseMs: DELIVERY_LEASE_MS })
    for (const [index, delivery] of taken.entries()) {
      // Slow handlers: the rest of the batch comes again, here or elsewhere, before two have it at once.
      const held = monotonic() - begunAt < DELIVERY_LEASE_MS / 2
      if (index > 0 && !(held && mayGoOn())) return held
      await handOut(dependencies, { agencyId, delivery, registrations: mine })
    }
    return taken.length === BATCH
  }
  return async (mayGoOn, alerts) => {
    const agencies = new Set([...registrations].map((registration) => registration.agencyId))
    for (const agencyId of agencies) {
      const mine = [...registrations].filter((registration) => registration.agencyId === agencyId)
      await collectAlerts(agencyId, consumersOf(mine), alerts)
      let more = true
      while (more) {
        more = await deliverBatch(agencyId, mayGoOn)
        if (!mayGoOn()) return
      }
    }
  }
}
