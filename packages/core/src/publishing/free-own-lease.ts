import type { HandoverStore } from '../engine/handover-store.ts'
import type { PublicationId } from '../model/ids.ts'
import type { Advance } from './advance.ts'

/** More than a broken database leaves in a process that works on. */
const LEFT_MAX = 10_000

/**
 * A step that ended with an error, such as a connection that broke before the commit of its claim was answered, leaves a lease on which nobody works. The next
 * step of this process ends it first, instead of waiting until it is over. A write that may be out is not looked up sooner: its attempt has an end of its own.
 *
 * @param input.owner The name of this process in its leases: no other has it.
 */
export function freeOwnLeases(
  advance: Advance,
  { handover, owner }: { readonly handover: Pick<HandoverStore, 'free'>; readonly owner: string },
): Advance {
  const inHand = new Map<PublicationId, number>()
  const left = new Set<PublicationId>()
  return async (publicationId, options) => {
    const others = inHand.get(publicationId) ?? 0
    inHand.set(publicationId, others + 1)
    try {
      if (others === 0 && left.has(publicationId)) await handover.free(publicationId, owner)
      const answer = await advance(publicationId, options)
      left.delete(publicationId)
      return answer
    } catch (error) {
      if (left.size < LEFT_MAX) left.add(publicationId)
      throw error
    } finally {
      const rest = (inHand.get(publicationId) ?? 1) - 1
      if (rest === 0) inHand.delete(publicationId)
      else inHand.set(publicationId, rest)
    }
  }
}
