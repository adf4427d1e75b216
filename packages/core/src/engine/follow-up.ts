import type { EventDelivery } from '../events/deliver-events.ts'
import type { DueLoop } from './due-loop.ts'

/** What follows the steps of this process: what was spent is booked, and its handlers get events. Runs for as long as anybody wants it to. */
export interface FollowUp {
  /** @param user Whoever wants it; twice is once. */
  start(user: object): void
  /** A step was taken. */
  wake(): void
  /** Ends it when nobody else wants it: waits for what runs, at most so long. */
  stop(user: object, graceMs: number): Promise<void>
}

export function createFollowUp({
  events,
  spendingLoop,
}: {
  readonly events: EventDelivery
  /** Undefined without a ledger. */
  readonly spendingLoop: DueLoop | undefined
}): FollowUp {
  const users = new Set<object>()
  return {
    start(user) {
      users.add(user)
      spendingLoop?.start()
      events.start()
    },
    wake() {
      spendingLoop?.wake()
      events.wake()
    },
    async stop(user, graceMs) {
      if (!users.delete(user) || users.size > 0) return
      await Promise.all([spendingLoop?.stop(graceMs), events.stop(graceMs)])
    },
  }
}
