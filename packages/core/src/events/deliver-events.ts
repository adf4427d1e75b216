import type { Account } from '../accounts/accounts.ts'
import type { AgencyId } from '../model/ids.ts'
import type { Publication } from '../publications/publications.ts'
import { backOffMs } from '../publishing/timing.ts'
import type { Consumer, Delivery, EventStore } from './event-store.ts'
import type { SocialEvent } from './social-event.ts'

export type EventHandler = (event: SocialEvent) => void | Promise<void>

export interface DeliverDependencies {
  readonly store: EventStore
  readonly readPublication: (agencyId: AgencyId, id: string) => Promise<Publication | null>
  readonly readAccount: (agencyId: AgencyId, id: string) => Promise<Account | null>
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
  stop(): Promise<void>
  /** Delivers what is due now. */
  deliverDue(): Promise<number>
}

const POLL_MS = 1_000
const BATCH = 50
const DELIVERY_LEASE_MS = 60_000
const FAILURES_MAX = 10

interface Registration {
  readonly agencyId: AgencyId
  readonly consumer: Consumer
  readonly handler: EventHandler
}

export function createEventDelivery(dependencies: DeliverDependencies): EventDelivery {
  const { store, after, log } = dependencies
  const registrations = new Set<Registration>()
  let running = false
  let delivering: Promise<number> | undefined
  let again = false
  let cancelTimer = (): void => undefined

  const deliverDue = async (): Promise<number> => {
    let count = 0
    for (const agencyId of new Set([...registrations].map((registration) => registration.agencyId))) {
      for (;;) {
        const mine = [...registrations].filter((registration) => registration.agencyId === agencyId)
        const taken = await store.take(agencyId, distinct(mine), { limit: BATCH, leaseMs: DELIVERY_LEASE_MS })
        for (const delivery of taken) await handOut(dependencies, agencyId, delivery, mine)
        count += taken.length
        if (taken.length < BATCH) break
      }
    }
    return count
  }
  const pump = (): void => {
    if (!running) return
    if (delivering) {
      again = true
      return
    }
    cancelTimer()
    delivering = deliverDue().catch((error: unknown) => {
      log({
        level: 'error',
        message: 'events could not be delivered',
        error: error instanceof Error ? error.message : String(error),
      })
      return 0
    })
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
    async stop() {
      running = false
      cancelTimer()
      await delivering
    },
    deliverDue,
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
    // Of several handlers with one name and pattern any one is the consumer: each event is handled once per name.
    if (event) await handlers[0]?.handler(event)
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
  const { id, at, type, partIndex, reason, by, subject } = event
  const common = { id, at: new Date(at), agencyId, reason, by }
  if (subject.kind === 'account') {
    const account = await dependencies.readAccount(agencyId, subject.id)
    return account ? { ...common, type: type as `account.${string}`, account } : null
  }
  const publication = await dependencies.readPublication(agencyId, subject.id)
  return publication ? { ...common, type: type as `publication.${string}`, publication, partIndex } : null
}
