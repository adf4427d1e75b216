import type { Account } from '../accounts/accounts.ts'
import type { AgencyId } from '../model/ids.ts'
import type { Publication } from '../publications/publications.ts'
import { nameError } from '../publishing/name-error.ts'
import { backOffMs } from '../publishing/timing.ts'
import { createCollectAlerts } from './collect-alerts.ts'
import type { Consumer, Delivery, EventStore } from './event-store.ts'
import { parseAlert } from './parse-alert.ts'
import type { SocialEvent } from './social-event.ts'

export type EventHandler = (event: SocialEvent) => void | Promise<void>

export interface DeliverDependencies {
  readonly store: EventStore
  readonly readPublication: (agencyId: AgencyId, id: string) => Promise<Publication | null>
  readonly readAccount: (agencyId: AgencyId, id: string) => Promise<Account | null>
  /** Brings what the ledger has to tell into the outbox. Undefined without one. */
  readonly forwardAlerts?: ((agencyId: AgencyId) => Promise<void>) | undefined
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  readonly after: (ms: number, run: () => void) => () => void
  readonly log: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

/** Hands events of the outbox to the handlers of this process. */
export interface EventDelivery {
  on(agencyId: AgencyId, consumer: Consumer, handler: EventHandler): Promise<() => void>
  start(): void
  wake(): void
  /** Waits for the handler that runs and tells what the last steps did, at most so long. A backlog is left to the next process. */
  stop(graceMs: number): Promise<void>
  /** Delivers what is due now; after so many milliseconds no further handler is called, but each call hands out something. */
  deliverDue(maxMs: number): Promise<void>
}

const POLL_MS = 1_000
const BATCH = 50
const DELIVERY_LEASE_MS = 60_000
const FAILURES_MAX = 10
/** No further handler is called this long after a stop. */
const LAST_WORDS_MS = 2_000

interface Registration {
  readonly agencyId: AgencyId
  readonly consumer: Consumer
  readonly handler: EventHandler
}

export function createEventDelivery(dependencies: DeliverDependencies): EventDelivery {
  const { store, after, monotonic, log } = dependencies
  const registrations = new Set<Registration>()
  const collectAlerts = createCollectAlerts(dependencies)
  let running = false
  let delivering: Promise<void> | undefined
  let again = false
  let cancelTimer = (): void => undefined

  /** Hands out one batch. Answers whether there may be more. */
  const deliverBatch = async (agencyId: AgencyId, mayGoOn: () => boolean): Promise<boolean> => {
    const mine = [...registrations].filter((registration) => registration.agencyId === agencyId)
    if (mine.length === 0) return false
    const begunAt = monotonic()
    const taken = await store.take(agencyId, distinct(mine), { limit: BATCH, leaseMs: DELIVERY_LEASE_MS })
    for (const [index, delivery] of taken.entries()) {
      // Slow handlers: the rest of the batch comes again, here or elsewhere, before two have it at once.
      const held = monotonic() - begunAt < DELIVERY_LEASE_MS / 2
      if (index > 0 && !(held && mayGoOn())) return held
      await handOut(dependencies, agencyId, delivery, mine)
    }
    return taken.length === BATCH
  }
  const deliver = async (mayGoOn: () => boolean, alerts: 'now' | 'at_times'): Promise<void> => {
    const agencies = new Set([...registrations].map((registration) => registration.agencyId))
    for (const agencyId of agencies) {
      const mine = [...registrations].filter((registration) => registration.agencyId === agencyId)
      await collectAlerts(agencyId, distinct(mine), alerts)
      let more = true
      while (more) {
        more = await deliverBatch(agencyId, mayGoOn)
        if (!mayGoOn()) return
      }
    }
  }
  const deliverOrLog = (mayGoOn: () => boolean): Promise<void> =>
    deliver(mayGoOn, 'at_times').catch((error: unknown) => {
      log({ level: 'error', message: 'events could not be delivered', error: nameError(error) })
    })
  const pump = (): void => {
    if (!running) return
    if (delivering) {
      again = true
      return
    }
    cancelTimer()
    delivering = deliverOrLog(() => running)
    void delivering.then(() => {
      delivering = undefined
      if (!running) return
      if (again) {
        again = false
        pump()
      } else cancelTimer = after(POLL_MS, pump)
    })
  }
  return {
    async on(agencyId, consumer, handler) {
      await store.register(agencyId, consumer)
      const registration: Registration = { agencyId, consumer, handler }
      registrations.add(registration)
      pump()
      return () => void registrations.delete(registration)
    },
    start() {
      running = true
      pump()
    },
    wake: pump,
    async stop(graceMs) {
      if (!running) return
      running = false
      cancelTimer()
      let endGrace = (): void => undefined
      const grace = new Promise<void>((resolve) => {
        endGrace = after(graceMs, resolve)
      })
      const end = monotonic() + Math.min(graceMs, LAST_WORDS_MS)
      const lastWords = Promise.resolve(delivering).then(() => deliverOrLog(() => monotonic() < end))
      await Promise.race([grace, lastWords])
      endGrace()
    },
    async deliverDue(maxMs) {
      const end = monotonic() + maxMs
      await deliver(() => monotonic() < end, 'now')
    },
  }
}

const same = (a: Consumer, b: Consumer): boolean => a.name === b.name && a.pattern === b.pattern

function distinct(registrations: readonly Registration[]): readonly Consumer[] {
  return registrations
    .map((registration) => registration.consumer)
    .filter((consumer, index, all) => all.findIndex((other) => same(other, consumer)) === index)
}

/** A throw repeats it with back-off; after ten it is parked. */
async function handOut(
  dependencies: DeliverDependencies,
  agencyId: AgencyId,
  delivery: Delivery,
  registrations: readonly Registration[],
): Promise<void> {
  const { store, log } = dependencies
  try {
    const event = await toSocialEvent(dependencies, agencyId, delivery)
    const handlers = registrations.filter((registration) => same(registration.consumer, delivery.consumer))
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
  dependencies: DeliverDependencies,
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
