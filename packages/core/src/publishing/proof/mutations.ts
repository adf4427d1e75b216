import type { AttemptRecord, PublicationRecord } from '../../model/publication.ts'
import type { ScriptedPlatform, ScriptedShape } from '../../testing/scripted/scripted-platform.ts'
import { toBegunAttempt } from '../begin-attempt.ts'
import { isBlocking, isOpen } from '../part-state.ts'
import type { Change, PublishingStore } from '../publishing-store.ts'
import type { createMachine, MachineOptions } from './machine.ts'

type Adapter = ScriptedPlatform['adapter']

/** The machine with one rule switched off. Some walk on `shape` must go wrong with it. */
export interface Mutation {
  readonly rule: number
  readonly name: string
  readonly shape: ScriptedShape
  readonly store?: (store: PublishingStore) => PublishingStore
  readonly adapter?: (adapter: Adapter) => Adapter
  readonly begin?: typeof toBegunAttempt
}

type Mutate = (change: Change, before: PublicationRecord, now: number) => Change

/** Changes what every transition makes. */
const changing =
  (mutate: Mutate) =>
  (store: PublishingStore): PublishingStore => ({
    ...store,
    change: (key, guard, transition) =>
      store.change(key, guard, (publication, now, conditions) => {
        const change = transition(publication, now, conditions)
        return change && mutate(change, publication, now)
      }),
  })

/** Closes attempts as if absence were proven. */
const closing =
  (matches: (attempt: AttemptRecord, publication: PublicationRecord) => boolean): Mutate =>
  (change) => {
    const { publication } = change
    const parts = publication.parts.map((part) => {
      const attempts = part.attempts.map((attempt) =>
        isOpen(attempt) && matches(attempt, publication)
          ? { ...attempt, verdict: 'absent' as const, outcome: 'closed' as const }
          : attempt,
      )
      const state = part.state === 'unknown' && !attempts.some(isBlocking) ? ('waiting' as const) : part.state
      return { ...part, attempts, state }
    })
    return { ...change, publication: { ...publication, parts } }
  }

const answering =
  (from: string, to: 'ended' | 'unused') =>
  (adapter: Adapter): Adapter => ({
    ...adapter,
    findPublished: async (attempt, context) => {
      const evidence = (await adapter.findPublished?.(attempt, context)) ?? { status: 'not_yet' as const, looked: '' }
      return evidence.status === from ? { status: to, looked: 'mutated' } : evidence
    },
  })

/** S2 without one of its guards. */
const without =
  (free: (publication: PublicationRecord) => PublicationRecord): typeof toBegunAttempt =>
  (publication, now, conditions, begin) => {
    const freed = free(publication)
    const change = toBegunAttempt(freed, now, conditions, {
      ...begin,
      version: freed.version,
      revision: freed.revision,
    })
    return (
      change && {
        ...change,
        publication: {
          ...change.publication,
          approvedHash: publication.approvedHash,
          cancelRequestedAt: publication.cancelRequestedAt,
        },
      }
    )
  }

/**
 * Rules that a walk shows. Only their own tests show the others: 8, 17, 18 and 22 cost time, not truth; 10 and 11 are guarded by 5 as well; 12 also by the
 * unique index on external ids; 14 and 16 matter to people; 19 and 21 are guarded by 5 and 8; 20 is about `create`.
 */
export const MUTATIONS: readonly Mutation[] = [
  {
    rule: 1,
    name: 'a refusal of one attempt closes the others',
    shape: 'idempotency_key',
    store: changing((change, before, now) =>
      change.transition === 35 || change.transition === 33 ? closing(() => true)(change, before, now) : change,
    ),
  },
  { rule: 2, name: 'an unused handle proves absence', shape: 'last_chunk', adapter: answering('unused', 'ended') },
  {
    rule: 2,
    name: 'a listing without the post proves absence',
    shape: 'synchronous',
    adapter: answering('not_yet', 'ended'),
  },
  {
    rule: 4,
    name: 'every attempt has a key of its own',
    shape: 'idempotency_key',
    adapter: (adapter) => ({
      ...adapter,
      publish: (part, context) => {
        const { attempt } = context
        return adapter.publish(part, { ...context, attempt: { ...attempt, key: `${attempt.key}#${attempt.number}` } })
      },
    }),
  },
  {
    rule: 3,
    name: 'a repetition takes another handle',
    shape: 'last_chunk',
    adapter: (adapter) => ({
      ...adapter,
      publish: async (part, context) => {
        if (context.attempt.number === 1) return adapter.publish(part, context)
        const other = await adapter.prepare?.(part, { ...context, checkpoint: undefined, save: async () => undefined })
        const uploads = other?.status === 'prepared' ? other.uploads : part.uploads
        return adapter.publish({ ...part, uploads }, context)
      },
    }),
  },
  { rule: 5, name: 'S2 does not compare versions', shape: 'synchronous', begin: without((publication) => publication) },
  {
    rule: 6,
    name: 'S2 does not look at the approval',
    shape: 'synchronous',
    begin: without((publication) => ({
      ...publication,
      approvedHash: publication.revisionHash,
      state: publication.state === 'awaiting_approval' ? 'ready' : publication.state,
    })),
  },
  {
    rule: 6,
    name: 'S2 does not look at a cancel',
    shape: 'synchronous',
    begin: without((publication) => ({
      ...publication,
      state: publication.state === 'canceled' ? 'ready' : publication.state,
      cancelRequestedAt: null,
    })),
  },
  {
    rule: 7,
    name: 'a worker that was frozen sends although its lease is over',
    shape: 'synchronous',
    adapter: (adapter) => ({
      ...adapter,
      publish: (part, context) => adapter.publish(part, { ...context, remainingMs: () => 1_000 }),
    }),
  },
  {
    rule: 7,
    name: 'after a lost answer of S2 it sends without reading again',
    shape: 'synchronous',
    store: (store) => ({ ...store, ownsAttempt: async () => true }),
  },
  {
    rule: 9,
    name: 'a cancel closes what is open',
    shape: 'synchronous',
    store: changing(
      closing((attempt, publication) => publication.cancelRequestedAt !== null && attempt.outcome !== 'open'),
    ),
  },
  {
    rule: 13,
    name: 'the first look is the horizon',
    shape: 'synchronous',
    adapter: (adapter) => ({ ...adapter, lookAfterMs: [1] }),
  },
  {
    rule: 15,
    name: 'an overridden attempt counts as closed',
    shape: 'no_id',
    store: changing(closing((attempt) => attempt.overridden)),
  },
]

/** The rig of the walks, with the mutation below its crossings. */
export function mutate(create: typeof createMachine, mutation: Mutation): typeof createMachine {
  const same = <Value>(value: Value): Value => value
  const { store = same, adapter = same, begin } = mutation
  return (shape, options: MachineOptions = {}) =>
    create(shape, {
      ...options,
      wrapStore: (plain) => (options.wrapStore ?? same)(store(plain)),
      wrapAdapter: (plain) => (options.wrapAdapter ?? same)(adapter(plain)),
      ...(begin ? { begin } : {}),
    })
}
