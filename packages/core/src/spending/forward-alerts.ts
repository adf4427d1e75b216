import type { EventStore, OutsideEvent } from '../events/event-store.ts'
import { DEFAULT_AGENCY } from '../model/agency.ts'
import type { AgencyId, EventId } from '../model/ids.ts'
import { spendingOf } from './attempt-spending.ts'
import type { Spending, SpendingAlert } from './spending.ts'
import type { SpendingStore } from './spending-store.ts'

/** Hands what the ledger has to tell about an agency's budgets to the outbox. */
export type ForwardAlerts = (agencyId: AgencyId) => Promise<void>

const BATCH = 100

/** An alert leaves the ledger after it is in the outbox: a process that dies between the two tells it again, by the same id. */
export function createForwardAlerts({
  spending,
  store,
  tell,
}: {
  readonly spending: Spending
  readonly store: Pick<SpendingStore, 'readAgency'>
  readonly tell: EventStore['tell']
}): ForwardAlerts {
  return async (agencyId) => {
    const agency = await store.readAgency(agencyId)
    // A ledger that knows no tenants has the alerts of all: they are the default agency's.
    if (agency !== DEFAULT_AGENCY && !spending.forTenant) return
    const ledger = spendingOf(spending, agency === DEFAULT_AGENCY ? null : agency)
    for (let handled = BATCH; handled === BATCH; ) {
      handled = (await ledger.deliverAlerts?.((alert) => tell(agencyId, toEvent(alert)), { max: BATCH })) ?? 0
    }
  }
}

function toEvent({ id, at, budget, rule, of, periodStartsAt, periodEndsAt, ...amounts }: SpendingAlert): OutsideEvent {
  const { threshold, before, after, limit, available, contributors = [], models = [] } = amounts
  const most = { contributors, models }
  const details = {
    budget,
    rule,
    of,
    threshold,
    before,
    after,
    limit,
    available,
    periodStartsAt,
    periodEndsAt,
    ...most,
  }
  return {
    id: `event_alert_${id}` as EventId,
    type: 'budget.threshold_crossed',
    at: at.getTime(),
    details,
    by: 'ledger',
  }
}
