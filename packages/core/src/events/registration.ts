import type { AgencyId } from '../model/ids.ts'
import type { EventHandler } from './deliver-events.ts'
import type { Consumer } from './event-store.ts'

/** A handler of this process, and the consumer that it is one of. */
export interface Registration {
  readonly agencyId: AgencyId
  readonly consumer: Consumer
  readonly handler: EventHandler
}

/** Several handlers with one name and pattern are one consumer. */
export const isSameConsumer = (a: Consumer, b: Consumer): boolean => a.name === b.name && a.pattern === b.pattern

export function consumersOf(registrations: readonly Registration[]): readonly Consumer[] {
  return registrations
    .map((registration) => registration.consumer)
    .filter((consumer, index, all) => all.findIndex((other) => isSameConsumer(other, consumer)) === index)
}
