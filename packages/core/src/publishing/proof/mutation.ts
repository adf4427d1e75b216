import type { AttemptRecord, PublicationRecord } from '../../model/publication.ts'
import type { ScriptedPlatform, ScriptedShape } from '../../testing/scripted/scripted-platform.ts'
import { toBegunAttempt } from '../begin-attempt.ts'
import { isBlocking, isOpen } from '../part-state.ts'
import type { Change, PublishingStore } from '../publishing-store.ts'
import type { createMachine, MachineOptions } from './machine.ts'
import type { WalkOptions } from './walk-world.ts'

type Adapter = ScriptedPlatform['adapter']

/** The machine with one rule switched off. */
export interface Mutation {
  readonly store?: (store: PublishingStore) => PublishingStore
  readonly adapter?: (adapter: Adapter) => Adapter
  readonly begin?: typeof toBegunAttempt
}

/** Some walk on `shape` must go wrong with it. */
export interface WalkMutation extends Mutation {
  readonly rule: number
  readonly name: string
  readonly shape: ScriptedShape
  readonly commands?: WalkOptions['commands']
}

export type Mutate = (change: Change, before: PublicationRecord, now: number) => Change

/** Changes what every transition makes. */
export const changing =
  (mutate: Mutate) =>
  (store: PublishingStore): PublishingStore => ({
    ...store,
    change: (key, guard, transition) =>
      store.change(key, guard, (publication, now, conditions) => {
        const change = transition(publication, now, conditions)
        return change && mutate(change, publication, now)
      }),
  })

/** Shows workers something else than what is stored. */
export const showing =
  (show: (publication: PublicationRecord) => PublicationRecord) =>
  (store: PublishingStore): PublishingStore => ({
    ...store,
    async claim(key, { owner, leaseMs }) {
      const claim = await store.claim(key, { owner, leaseMs })
      return claim && 'publication' in claim ? { ...claim, publication: show(claim.publication) } : claim
    },
  })

/** Closes attempts as if absence were proven. */
export const closing =
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

export const answering =
  (from: string, to: 'ended' | 'unused') =>
  (adapter: Adapter): Adapter => ({
    ...adapter,
    findPublished: async (attempt, context) => {
      const evidence = (await adapter.findPublished?.(attempt, context)) ?? { status: 'not_yet' as const, looked: '' }
      return evidence.status === from ? { status: to, looked: 'mutated' } : evidence
    },
  })

/** S2 without one of its guards. */
export const without =
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
