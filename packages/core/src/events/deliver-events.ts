import type { Account } from '../accounts/accounts.ts'
import { createPump } from '../engine/pump.ts'
import { waitAtMost } from '../engine/wait-at-most.ts'
import type { AgencyId } from '../model/ids.ts'
import type { Publication } from '../publications/publications.ts'
import { nameError } from '../publishing/name-error.ts'
import { createDeliverDue } from './deliver-due.ts'
import type { Consumer, EventStore } from './event-store.ts'
import type { Registration } from './registration.ts'
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
/** No further handler is called this long after a stop. */
const LAST_WORDS_MS = 2_000

export function createEventDelivery(dependencies: DeliverDependencies): EventDelivery {
  const { store, after, monotonic, log } = dependencies
  const registrations = new Set<Registration>()
  const deliverDue = createDeliverDue(dependencies, registrations)
  const deliverOrLog = (mayGoOn: () => boolean): Promise<void> =>
    deliverDue(mayGoOn, 'at_times').catch((error: unknown) => {
      log({ level: 'error', message: 'events could not be delivered', error: nameError(error) })
    })
  const pump = createPump({ takeTurn: () => deliverOrLog(pump.isRunning).then(() => POLL_MS), after })
  return {
    async on(agencyId, consumer, handler) {
      await store.register(agencyId, consumer)
      const registration: Registration = { agencyId, consumer, handler }
      registrations.add(registration)
      pump.wake()
      return () => void registrations.delete(registration)
    },
    start: pump.start,
    wake: pump.wake,
    async stop(graceMs) {
      if (!pump.isRunning()) return
      const turn = pump.stop()
      const end = monotonic() + Math.min(graceMs, LAST_WORDS_MS)
      const lastWords = Promise.resolve(turn).then(() => deliverOrLog(() => monotonic() < end))
      await waitAtMost(graceMs, { work: lastWords, after })
    },
    async deliverDue(maxMs) {
      const end = monotonic() + maxMs
      await deliverDue(() => monotonic() < end, 'now')
    },
  }
}
