import { expect, test } from 'vitest'
import type { PublicationId } from '../../model/ids.ts'
import { createMemoryPublishingStore, type MemoryPublishingStore } from '../../testing/memory-publishing-store.ts'
import type { PublishingStore } from '../publishing-store.ts'
import { createMachine } from './machine.ts'
import { mirrorStore } from './mirrored-store.ts'
import type { RealStore } from './real-store.ts'

/** A memory store in the place of the real one, with a mistake. */
function toReal(memory: MemoryPublishingStore, mistake: Partial<PublishingStore>): RealStore {
  return {
    store: { ...memory, ...mistake },
    setClock: async () => undefined,
    add: async (publication, contents) => memory.add(publication, contents),
    addRevision: async () => undefined,
    setAccount: async ({ accountId }, changes) => memory.setAccount(accountId, changes),
    addHold: async ({ accountId }, hold) => memory.addHold(accountId, hold),
    keepHolds: async ({ accountId }, keep) => memory.keepHolds(accountId, keep),
    read: async ({ publicationId }) => ({
      publication: memory.read(publicationId),
      runAt: memory.runAt(publicationId),
      leaseUntil: memory.leaseUntil(publicationId) || null,
    }),
    readHistory: async ({ publicationId }) =>
      memory.events.filter((event) => event.publicationId === publicationId).map(({ type, by }) => ({ type, by })),
  }
}

async function publishInBoth(toMistake: (memory: MemoryPublishingStore) => Partial<PublishingStore>): Promise<void> {
  const mirrors: ReturnType<typeof mirrorStore>[] = []
  const machine = createMachine('synchronous', {
    mirror: (memory, now) => {
      const other = createMemoryPublishingStore(now)
      const mirrored = mirrorStore(memory, toReal(other, toMistake(other)), now)
      mirrors.push(mirrored)
      return mirrored
    },
  })
  const id: PublicationId = machine.add()
  await machine.settle(id)
  await mirrors[0]?.settled()
  await mirrors[0]?.compareHistory()
}

test('two stores that do the same have no differences', async () => {
  await expect(publishInBoth(() => ({}))).resolves.toBeUndefined()
})

test('another answer is told', async () => {
  const mistaken = publishInBoth((memory) => ({
    claim: async (key, { owner, leaseMs }) => memory.claim(key, { owner, leaseMs: leaseMs + 1 }),
  }))
  await expect(mistaken).rejects.toThrow('claim differs')
})

test('another record behind the same answer is told', async () => {
  const mistaken = publishInBoth((memory) => ({
    async change(key, guard, transition) {
      const changed = await memory.change(key, guard, transition)
      memory.command(key.publicationId, (publication) => ({ publication, events: [], wakeAt: 7 }))
      return changed
    },
  }))
  await expect(mistaken).rejects.toThrow('what is stored after change differs')
})
