import type { PublicationId } from '../../model/ids.ts'
import { isFinal } from '../../model/publication.ts'
import type { Machine } from './machine.ts'
import { answerAsPerson, takeAction } from './walk-actions.ts'
import { check, checkEnd } from './walk-checks.ts'
import { createWorld, type Walk, type WalkOptions, type World } from './walk-world.ts'

const DAY_MS = 24 * 3_600_000

/** Runs a walk, lets it come to rest, and throws what it finds wrong. */
export async function walk(input: Walk, options: WalkOptions = {}): Promise<void> {
  const world = createWorld(input, options)
  for (const decision of input.decisions) {
    await takeAction(world, input, decision)
    await world.crossings.rest(world.workers)
    await check(world)
  }
  await comeToRest(world)
  for (const id of world.ids) checkEnd(world, id)
}

/** Faults end, frozen workers die, the world is reconnected: everything must come to an end or ask. */
async function comeToRest(world: World): Promise<void> {
  const { machine, ids, crossings, workers } = world
  machine.platform.clearFaults()
  machine.platform.setListingLag(0)
  machine.platform.setProcessing(1_000)
  crossings.open()
  const frozen = crossings.waiting.filter((crossing) => !world.crashed.has(crossing.worker))
  for (let round = 0; round < 400; round += 1) {
    // Some frozen workers go on in the middle of it, much later; the others never.
    if (round < 20 && round % 2 === 1) frozen.splice(0, 1)[0]?.go()
    await crossings.rest(workers)
    for (const id of ids) {
      const { accountId } = machine.store.read(id)
      machine.store.setAccount(accountId, { connection: 'active' })
      machine.store.keepHolds(accountId, (hold) => hold.until !== null)
      world.command(id, (publication, now) =>
        publication.state === 'awaiting_approval'
          ? world.commands.approve(publication, now, 'ann', publication.revisionHash)
          : null,
      )
      await drain(machine, id)
      if (round % 3 === 2) await answerAsPerson(world, id)
    }
    await check(world)
    if (ids.every((id) => isAtRest(machine, id))) return
    machine.clock.advance(nextMoment(machine, ids))
  }
}

/** What a frozen worker has in hand is not: a removal that waited for a pause goes on once its lease is over. */
function isAtRest({ store, clock }: Machine, id: PublicationId): boolean {
  return isFinal(store.read(id).state) && store.runAt(id) === null && store.leaseUntil(id) <= clock.now()
}

async function drain(machine: Machine, id: PublicationId): Promise<void> {
  for (let steps = 0; steps < 100; steps += 1) {
    const result = await machine.advance(id)
    if (result.done || result.waitMs !== 0) return
  }
  throw new Error(`spins: ${JSON.stringify(machine.store.read(id))}`)
}

function nextMoment(machine: Machine, ids: readonly PublicationId[]): number {
  const now = machine.clock.now()
  const moments = ids.map(
    (id) => Math.max(machine.store.runAt(id) ?? now + DAY_MS, machine.store.leaseUntil(id), now) - now,
  )
  return Math.min(DAY_MS, ...moments)
}
