import type { AgencyId } from '../model/ids.ts'
import { backOffMs } from '../publishing/timing.ts'
import type { DeliverDependencies } from './deliver-events.ts'
import type { Delivery } from './event-store.ts'
import { parseAlert } from './parse-alert.ts'
import { isSameConsumer, type Registration } from './registration.ts'
import type { SocialEvent } from './social-event.ts'

const FAILURES_MAX = 10

/** Hands one event to the handlers of its consumer. A throw repeats it with back-off; after ten it is parked. */
export async function handOut(
  dependencies: Pick<DeliverDependencies, 'store' | 'readPublication' | 'readAccount' | 'log'>,
  {
    agencyId,
    delivery,
    registrations,
  }: { readonly agencyId: AgencyId; readonly delivery: Delivery; readonly registrations: readonly Registration[] },
): Promise<void> {
  const { store, log } = dependencies
  try {
    const event = await toSocialEvent(dependencies, agencyId, delivery)
    const handlers = registrations.filter((registration) => isSameConsumer(registration.consumer, delivery.consumer))
    // Several handlers with one name and pattern are one consumer: the event is handled when all of them have.
    if (event) for (const { handler } of handlers) await handler(event)
    await store.finish(agencyId, delivery.id)
  } catch (error) {
    const failures = delivery.failures + 1
    const name = error instanceof Error ? error.name : 'Error'
    log({
      level: 'warn',
      message: 'a handler threw',
      consumer: delivery.consumer.name,
      type: delivery.event.type,
      failures,
      error: name,
    })
    await store.fail(agencyId, delivery.id, {
      retryAfterMs: failures >= FAILURES_MAX ? null : backOffMs(failures, 1_000),
      error: name,
    })
  }
}

/** Null when its subject is gone: an erased creator's. */
async function toSocialEvent(
  dependencies: Pick<DeliverDependencies, 'readPublication' | 'readAccount'>,
  agencyId: AgencyId,
  { event }: Delivery,
): Promise<SocialEvent | null> {
  const { id, at, type, partIndex, reason, details, by, subject } = event
  const common = { id, at: new Date(at), agencyId, reason, by }
  if (subject.kind === 'budget') {
    return { ...common, type: type as `budget.${string}`, alert: parseAlert(details), reason: null }
  }
  if (subject.kind === 'account') {
    const account = await dependencies.readAccount(agencyId, subject.id)
    return account ? { ...common, type: type as `account.${string}`, account, details } : null
  }
  const publication = await dependencies.readPublication(agencyId, subject.id)
  return publication ? { ...common, type: type as `publication.${string}`, publication, partIndex } : null
}
