import { isDeepStrictEqual } from 'node:util'
import type { PublicationId } from '../../model/ids.ts'
import type { PublicationRecord } from '../../model/publication.ts'
import type { MemoryPublishingStore } from '../../testing/memory-publishing-store.ts'
import type { PublicationKey, PublishingStore } from '../publishing-store.ts'
import type { RealRow, RealStore } from './real-store.ts'

/**
 * Two stores that carry out the same operations in the same order: workers get the answers of the real one; the memory store, on which walks check what must
 * hold, must give the same answers and hold the same records after each of them.
 */
export interface MirroredStore extends MemoryPublishingStore {
  /** Lets the real store catch up. Throws the first difference. */
  settled(): Promise<void>
  /** The history that was written with the changes (S10). */
  compareHistory(): Promise<void>
}

type Settled = { readonly value: unknown } | { readonly failed: true }

/** What the real store does, one thing after another, and where it differs. */
interface Comparison {
  /** After everything that was begun before, at the moment of the clock at which it was begun. */
  enqueue<Result>(work: () => Promise<Result>): Promise<Result>
  /** Something that must not fail and whose answer nobody waits for. */
  write(work: () => Promise<void>): void
  expectEqual(what: string, mine: unknown, theirs: unknown): void
  settled(): Promise<void>
}

function createComparison(real: RealStore, now: () => number): Comparison {
  let queue: Promise<unknown> = Promise.resolve()
  const differences: Error[] = []
  const enqueue: Comparison['enqueue'] = (work) => {
    const at = now()
    const run = queue.then(async () => {
      await real.setClock(at)
      return work()
    })
    queue = run.catch(() => undefined)
    return run
  }
  return {
    enqueue,
    write: (work) =>
      void enqueue(work).catch((error: unknown) =>
        differences.push(new Error('Postgres refused it', { cause: error })),
      ),
    expectEqual(what, mine, theirs) {
      const [inMemory, inPostgres] = [toPlain(mine), toPlain(theirs)]
      if (isDeepStrictEqual(inMemory, inPostgres)) return
      const told = `${what} differs\nin memory: ${JSON.stringify(inMemory)}\nin Postgres: ${JSON.stringify(inPostgres)}`
      differences.push(new Error(told))
    },
    async settled() {
      await queue
      const [first] = differences
      if (first) throw first
    },
  }
}

export function mirrorStore(memory: MemoryPublishingStore, real: RealStore, now: () => number): MirroredStore {
  const comparison = createComparison(real, now)
  return {
    ...memory,
    ...mirrorPeople(memory, real, comparison),
    ...mirrorEngine(memory, real, comparison),
    settled: comparison.settled,
    async compareHistory() {
      for (const { id } of memory.all()) {
        const mine = memory.events.filter((event) => event.publicationId === id)
        const told = mine.map(({ type, by }) => ({ type, by }))
        const theirs = await comparison.enqueue(() => real.readHistory(keyOf(memory, id)))
        comparison.expectEqual('the history', told, theirs)
      }
      await comparison.settled()
    },
  }
}

/** What is written beside the engine: at once in memory, later in Postgres. */
function mirrorPeople(
  memory: MemoryPublishingStore,
  real: RealStore,
  { write, expectEqual }: Comparison,
): Pick<MemoryPublishingStore, 'add' | 'command' | 'setAccount' | 'addHold' | 'keepHolds'> {
  return {
    add(publication, contents) {
      memory.add(publication, contents)
      write(() => real.add(publication, contents))
    },
    command(id, decide, contents) {
      const { revision } = memory.read(id)
      const changed = memory.command(id, decide, contents)
      const mine = readMine(memory, id)
      const edited = memory.read(id)
      const key = keyOf(memory, id)
      write(async () => {
        if (changed && contents && edited.revision !== revision)
          await real.addRevision(edited, edited.revision, contents)
        const done = await real.store.change(key, {}, decide)
        expectEqual('a command', changed, done !== null)
        expectEqual('what is stored after a command', mine, await real.read(key))
      })
      return changed
    },
    setAccount(id, changes) {
      memory.setAccount(id, changes)
      write(() => real.setAccount(anyOf(memory, id), changes))
    },
    addHold(id, hold) {
      memory.addHold(id, hold)
      write(() => real.addHold(anyOf(memory, id), hold))
    },
    keepHolds(id, keep) {
      memory.keepHolds(id, keep)
      write(() => real.keepHolds(anyOf(memory, id), keep))
    },
  }
}

/** The engine's transactions: its workers get the answers of Postgres. */
function mirrorEngine(
  memory: MemoryPublishingStore,
  real: RealStore,
  { enqueue, expectEqual }: Comparison,
): Pick<PublishingStore, Mirrored> {
  const both = <Member extends Mirrored>(member: Member, does: 'reads' | 'writes'): PublishingStore[Member] => {
    const call = (first: PublicationKey, ...values: unknown[]): Promise<unknown> => {
      const run = (store: PublishingStore): Promise<unknown> =>
        (store[member] as (...all: unknown[]) => Promise<unknown>)(first, ...values)
      const key = toKey(first)
      const expected = toSettled(run(memory))
      const mine = readMine(memory, key.publicationId)
      return enqueue(async () => {
        const actual = run(real.store)
        expectEqual(member, await expected, await toSettled(actual))
        if (does === 'writes') expectEqual(`what is stored after ${member}`, mine, await real.read(key))
        return actual
      })
    }
    return call as PublishingStore[Member]
  }
  return {
    claim: both('claim', 'reads'),
    renew: both('renew', 'reads'),
    beginAttempt: both('beginAttempt', 'writes'),
    ownsAttempt: both('ownsAttempt', 'reads'),
    change: both('change', 'writes'),
    readContent: both('readContent', 'reads'),
    saveCheckpoint: both('saveCheckpoint', 'writes'),
    readRivals: both('readRivals', 'reads'),
  }
}

const keyOf = (memory: MemoryPublishingStore, id: PublicationId): PublicationKey => ({
  agencyId: memory.read(id).agencyId,
  publicationId: id,
})

const readMine = (memory: MemoryPublishingStore, id: PublicationId): RealRow => ({
  publication: memory.read(id),
  runAt: memory.runAt(id),
  leaseUntil: memory.leaseUntil(id) || null,
})

type Mirrored =
  | 'claim'
  | 'renew'
  | 'beginAttempt'
  | 'ownsAttempt'
  | 'change'
  | 'readContent'
  | 'saveCheckpoint'
  | 'readRivals'

/** `beginAttempt` gets its key within its input. */
const toKey = (first: PublicationKey | { readonly key: PublicationKey }): PublicationKey =>
  'key' in first ? first.key : first

function anyOf(memory: MemoryPublishingStore, accountId: string): PublicationRecord {
  const found = memory.all().find((publication) => publication.accountId === accountId)
  if (!found) throw new Error(`no publication of ${accountId}`)
  return found
}

const toSettled = (answer: Promise<unknown>): Promise<Settled> =>
  answer.then(
    (value) => ({ value }),
    () => ({ failed: true }),
  )

/** As JSON has it: what is undefined is not there. */
function toPlain(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text === undefined ? null : JSON.parse(text)
}
