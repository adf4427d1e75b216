import { createIds, type PublicationId } from '../../model/ids.ts'
import type { PartRecord, PublicationRecord } from '../../model/publication.ts'
import { Secret } from '../../platform/secret.ts'
import type { AttemptSpending } from '../../spending/attempt-spending.ts'
import { createFixedClock, type FixedClock } from '../../testing/fixed-clock.ts'
import { createMemoryPublishingStore, type MemoryPublishingStore } from '../../testing/memory-publishing-store.ts'
import {
  createScriptedPlatform,
  type ScriptedPlatform,
  type ScriptedShape,
} from '../../testing/scripted/scripted-platform.ts'
import { toAbilities } from '../abilities.ts'
import { type Advance, type Advanced, createAdvance } from '../advance.ts'
import type { toBegunAttempt } from '../begin-attempt.ts'
import { createFreshPart } from '../fresh-part.ts'
import type { PublishingStore } from '../publishing-store.ts'

/** Core's machine on a scripted platform and the memory store, with a clock that stands still. */
export interface Machine {
  readonly clock: FixedClock
  readonly store: MemoryPublishingStore
  readonly platform: ScriptedPlatform
  readonly advance: Advance
  /** Another process: its own wrapped store and adapter. */
  createWorker(): Advance
  add(options?: NewPublication): PublicationId
  /** Advances until nothing is due at this moment. */
  settle(id: PublicationId): Promise<Advanced>
  /** Lets time pass to the next due moment, again and again, for at most so long. */
  runFor(id: PublicationId, ms: number): Promise<PublicationRecord>
}

export interface NewPublication {
  readonly texts?: readonly string[]
  readonly dueInMs?: number
  readonly latestByMs?: number
  readonly approval?: 'none' | 'required'
  readonly account?: string
}

export interface MachineOptions {
  readonly wrapStore?: (store: PublishingStore) => PublishingStore
  /** A store that mirrors the one in memory. */
  readonly mirror?: (memory: MemoryPublishingStore, now: () => number) => MemoryPublishingStore
  /** What S2 checks, changed by a mutation. */
  readonly begin?: typeof toBegunAttempt
  readonly wrapAdapter?: (adapter: ScriptedPlatform['adapter']) => ScriptedPlatform['adapter']
  /** Reserves what attempts cost, by the machine's clock. */
  readonly spending?: (now: () => number) => AttemptSpending
}

export function createMachine(shape: ScriptedShape, options: MachineOptions = {}): Machine {
  const { wrapStore = (store) => store, wrapAdapter = (adapter) => adapter } = options
  const clock = createFixedClock()
  const memory = createMemoryPublishingStore(clock.now, options.begin)
  const store = options.mirror?.(memory, clock.now) ?? memory
  const platform = createScriptedPlatform(shape, { now: clock.now })
  const spending = options.spending?.(clock.now)
  let count = 0
  const countUp = (bytes: Uint8Array): Uint8Array => {
    count += 1
    return bytes.map((_, index) => Math.floor(count / 32 ** index))
  }
  const ids = createIds({ now: clock.now, random: countUp })
  const createWorker = (): Advance =>
    createAdvance({
      store: wrapStore(store),
      spending,
      adapters: new Map([[platform.adapter.platform, wrapAdapter(platform.adapter)]]),
      access: {
        appFor: async () => ({ clientId: 'app' }),
        accessToken: async ({ accountId }) => new Secret(accountId),
      },
      assets: {
        open: () => Promise.reject(new Error('no files')),
        publicUrl: () => Promise.reject(new Error('no files')),
      },
      createAttemptId: () => ids('attempt'),
      monotonic: clock.now,
      after: () => () => undefined,
      owner: 'test',
      log: () => undefined,
    })
  const advance = createWorker()
  const add = (options: NewPublication = {}): PublicationId => {
    const publication = newPublication(ids, platform, clock, options)
    const texts = options.texts ?? ['First light']
    store.add(
      publication,
      texts.map((text, index) => ({
        accountExternalId: publication.accountId,
        request: { kind: index === 0 ? 'post' : 'thread', index, text, assets: [], settings: {}, rating: 'general' },
      })),
    )
    return publication.id
  }
  const settle = async (id: PublicationId): Promise<Advanced> => {
    for (let steps = 0; steps < 200; steps += 1) {
      const result = await advance(id)
      if (result.done || result.waitMs !== 0) return result
    }
    throw new Error(`no rest: ${JSON.stringify(store.read(id))}`)
  }
  const runFor = async (id: PublicationId, ms: number): Promise<PublicationRecord> => {
    const end = clock.now() + ms
    for (let steps = 0; steps < 2_000 && clock.now() < end; steps += 1) {
      const result = await settle(id)
      if (result.done || result.waitMs === null) break
      clock.advance(Math.min(result.waitMs, end - clock.now()))
    }
    return store.read(id)
  }
  return { clock, store, platform, advance, createWorker, add, settle, runFor }
}

function newPublication(
  ids: ReturnType<typeof createIds>,
  platform: ScriptedPlatform,
  clock: FixedClock,
  options: NewPublication,
): PublicationRecord {
  const id = ids('publication')
  const accountId = (options.account ?? 'ada') as PublicationRecord['accountId']
  const keyed = toAbilities(platform.adapter).idempotentForMs !== null || platform.adapter.likeness !== undefined
  const dueAt = clock.now() + (options.dueInMs ?? 0)
  const parts = (options.texts ?? ['First light']).map((text, index) =>
    newPart(ids, index, text, keyed ? null : index === 0 ? `${accountId} ${text}` : `${id}/${index} ${text}`),
  )
  return {
    id,
    agencyId: 'agency' as PublicationRecord['agencyId'],
    creatorId: 'creator' as PublicationRecord['creatorId'],
    accountId,
    postId: 'post' as PublicationRecord['postId'],
    platform: platform.adapter.platform,
    target: null,
    state: options.approval === 'required' ? 'awaiting_approval' : 'scheduled',
    run: 1,
    version: 1,
    revision: 1,
    revisionHash: 'hash-1',
    approval: options.approval ?? 'none',
    approvedHash: null,
    dueAt,
    latestBy: dueAt + (options.latestByMs ?? 6 * 3_600_000),
    leadMs: 30_000,
    cancelRequestedAt: null,
    removeRequestedAt: null,
    spaced: false,
    hold: null,
    reason: null,
    removedBy: null,
    parts,
  }
}

export function newPart(
  ids: ReturnType<typeof createIds>,
  index: number,
  text: string,
  likeness: string | null,
): PartRecord {
  const kind = index === 0 ? 'post' : 'thread'
  return createFreshPart({ id: ids('part'), index, kind, likeness, fingerprint: `print ${text}` })
}
