import type { PublicationId } from '../../model/ids.ts'
import { isFinal, type PublicationRecord } from '../../model/publication.ts'
import type { PublishLimit } from '../../platform/publish-limit.ts'
import type { ScriptedShape } from '../../testing/scripted/scripted-platform.ts'
import type { Advance } from '../advance.ts'
import * as commands from '../commands.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { BeginAttempt, Change, PublishingStore } from '../publishing-store.ts'
import { findRateHold } from '../rate-hold.ts'
import { type Crossings, createCrossings } from './crossing.ts'
import { createMachine, type Machine } from './machine.ts'
import { findBrokenRule, type WhoChanges } from './watched-change.ts'

/** One run of the machine under decisions that come from outside. */
export interface Walk {
  readonly shape: ScriptedShape
  readonly decisions: readonly number[]
  readonly parts: 1 | 2
  /** Two publications with the same text on one account. */
  readonly lookAlikes: 1 | 2
  readonly approval: 'none' | 'required'
  /** Whether no more than two writes of the account may be begun in ten minutes. */
  readonly limited: boolean
  /** Of the account. `repeat_once` weakens the first promise when effects come after the horizon: those are left out then. */
  readonly afterUnknown: 'ask' | 'repeat_once'
}

type Commands = typeof commands

/** What a walk is run on: the machine, or a mutation of it. */
export interface WalkOptions {
  readonly createMachine?: typeof createMachine
  /** Commands that a mutation replaces. */
  readonly commands?: Partial<Commands>
  /** Lets a store that is slower than memory catch up, and throws what it finds wrong. */
  readonly settled?: () => Promise<void>
  /** Called with the number of every transition that was made. */
  readonly onTransition?: (transition: number) => void
}

/** Everything that a walk moves, and what it remembers to judge it by. */
export interface World {
  readonly machine: Machine
  readonly commands: Commands
  readonly ids: readonly PublicationId[]
  readonly crossings: Crossings
  readonly workers: Map<number, Promise<unknown>>
  readonly crashed: Set<number>
  /** Posts that their author took off. */
  readonly takenOff: Set<string>
  readonly parts: Map<string, { readonly id: PublicationId; readonly index: number }>
  readonly seen: Set<string>
  /** What must not be sent any more, with the attempts that there were when a cancel was answered. */
  readonly stopped: Map<PublicationId, number>
  /** What single changes did wrong. */
  readonly broken: string[]
  begin(id: PublicationId): void
  /** A command of a person; false when it was refused. */
  command(id: PublicationId, decide: Decide, contents?: Parameters<Machine['store']['command']>[2]): boolean
  /** The key that all attempts of a revision of a part share. */
  keyOf(part: string, revision: number): string
}

export type Decide = (
  publication: PublicationRecord,
  now: number,
) => { readonly change?: Change | null | undefined } | null

const STORE_MEMBERS = [
  'claim',
  'beginAttempt',
  'change',
  'ownsAttempt',
  'renew',
  'saveCheckpoint',
  'readRivals',
] as const
const ADAPTER_MEMBERS = ['prepare', 'publish', 'readOutcome', 'findPublished', 'readBaseline', 'remove'] as const

export function createWorld(input: Walk, options: WalkOptions = {}): World {
  const broken: string[] = []
  const note: Note = (who, before, change, now) => {
    const told = change ? findBrokenRule(who, before, change, now) : undefined
    if (told) broken.push(told)
    if (change?.transition !== undefined) options.onTransition?.(change.transition)
    return change
  }
  const noteBegun: NoteBegun = (before, from, usedUp) => {
    const hold = findRateHold(usedUp, 'publish', machine.clock.now())
    if (hold) broken.push(`an attempt was begun although the platform was known to refuse it: ${hold.message}`)
    if (isFinal(before.state)) broken.push(`an attempt was begun although it is ${before.state} (rule 21)`)
    options.onTransition?.(from === 'waiting' ? 24 : 41)
  }
  const crossings = createCrossings(options.settled)
  let current = 0
  const workers = new Map<number, Promise<unknown>>()
  const machine = (options.createMachine ?? createMachine)(input.shape, {
    wrapStore: (store) => {
      const mine = current
      const noted = noting(store, note, noteBegun, () => machine.store)
      return crossings.guard(() => mine, 'store', noted, STORE_MEMBERS)
    },
    wrapAdapter: (adapter) => {
      const mine = current
      const limited = input.limited ? { ...adapter, publishLimits: WALK_LIMITS } : adapter
      return crossings.guard(() => mine, 'adapter', limited, ADAPTER_MEMBERS)
    },
  })
  const texts = input.parts === 1 ? ['First light'] : ['First light', 'and more']
  const ids = Array.from({ length: input.lookAlikes }, () => machine.add({ texts, approval: input.approval }))
  for (const id of ids) machine.store.setAccount(machine.store.read(id).accountId, { afterUnknown: input.afterUnknown })
  return {
    machine,
    commands: { ...commands, ...options.commands },
    ids,
    crossings,
    workers,
    crashed: new Set(),
    takenOff: new Set(),
    parts: new Map(),
    seen: new Set(),
    stopped: new Map(),
    broken,
    keyOf: createKeys(),
    command: (id, decide, contents) =>
      machine.store.command(
        id,
        (publication, now) => note('person', publication, decide(publication, now)?.change ?? null, now),
        contents,
      ),
    begin(id) {
      current += 1
      const worker = current
      const advance: Advance = machine.createWorker()
      const ended = advance(id)
        .catch(() => undefined)
        .finally(() => workers.delete(worker))
      workers.set(worker, ended)
    },
  }
}

/** Two publications with two parts can exceed each of them. */
const WALK_LIMITS: readonly PublishLimit[] = [
  { name: 'posts in ten minutes', scope: 'account', max: 2, perMs: 600_000 },
  { name: 'posts in an hour', scope: 'app', max: 3, perMs: 3_600_000 },
]

type NoteBegun = (
  before: PublicationRecord,
  from: BeginAttempt['from'],
  usedUp: ReturnType<Machine['store']['usedUp']>,
) => void

type Note = (who: WhoChanges, before: PublicationRecord, change: Change | null, now: number) => Change | null

/** Looks at every change that the store carries out, and tells of its transition. */
function noting(
  store: PublishingStore,
  note: Note,
  noteBegun: NoteBegun,
  readTruth: () => Machine['store'],
): PublishingStore {
  return {
    ...store,
    async beginAttempt(begin) {
      const { publicationId } = begin.key
      const truth = readTruth()
      const before = truth.read(publicationId)
      const usedUp = truth.usedUp(publicationId, begin.limits)
      const begun = await store.beginAttempt(begin)
      if (begun) noteBegun(before, begin.from, usedUp)
      return begun
    },
    change: (key, guard, transition) => {
      const who = guard.fence === undefined ? 'result' : 'engine'
      return store.change(key, guard, (publication, now, conditions) =>
        note(who, publication, transition(publication, now, conditions), now),
      )
    },
  }
}

function createKeys(): World['keyOf'] {
  const keys = new Map<string, string>()
  return (part, revision) => {
    const name = `${part}/${revision}`
    const known = keys.get(name) ?? fingerprintOf({ part, revision })
    keys.set(name, known)
    return known
  }
}

/** The part's key, also where a mutation has made another one of it. */
export const partKey = (key: string): string => key.split('#')[0] ?? key
