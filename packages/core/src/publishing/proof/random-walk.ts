import type { PublicationId } from '../../model/ids.ts'
import { isFinal, type PublicationRecord } from '../../model/publication.ts'
import type { ScriptedFault, ScriptedShape } from '../../testing/scripted/scripted-platform.ts'
import { toAbilities } from '../abilities.ts'
import type { Advance } from '../advance.ts'
import {
  approve,
  cancel,
  confirm,
  edit,
  giveUp,
  release,
  requestRemoval,
  reschedule,
  retry,
  withdrawApproval,
} from '../commands.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { Change, PublishingStore } from '../publishing-store.ts'
import { NO_PREPARATION } from '../record-outcome.ts'
import { type Crossing, createCrossings } from './crossing.ts'
import { createMachine, type Machine } from './machine.ts'

/** One run of the machine under decisions that come from outside. Throws what it finds wrong. */
export interface Walk {
  readonly shape: ScriptedShape
  readonly decisions: readonly number[]
  readonly parts: 1 | 2
  /** Two publications with the same text on one account. */
  readonly lookAlikes: 1 | 2
  readonly approval: 'none' | 'required'
  /** Of the account. `repeat_once` weakens the first promise when effects come after the horizon: those are left out then. */
  readonly afterUnknown: 'ask' | 'repeat_once'
}

/** What a walk is run on: the machine, or a mutation of it. */
export interface WalkOptions {
  readonly createMachine?: typeof createMachine
  /** Called with the number of every transition that was made. */
  readonly onTransition?: (transition: number) => void
}

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
const DAY_MS = 24 * 3_600_000

interface World {
  readonly machine: Machine
  readonly ids: readonly PublicationId[]
  readonly crossings: ReturnType<typeof createCrossings>
  readonly workers: Map<number, Promise<unknown>>
  readonly crashed: Set<number>
  /** Posts that their author took off. */
  readonly takenOff: Set<string>
  /** Keys that have been derived, by part and revision. */
  readonly keys: Map<string, string>
  readonly parts: Map<string, { readonly id: PublicationId; readonly index: number }>
  readonly seen: Set<string>
  begin(id: PublicationId): void
  note(change: Change | null): Change | null
}

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

function createWorld(input: Walk, options: WalkOptions): World {
  const note = (change: Change | null): Change | null => {
    if (change?.transition !== undefined) options.onTransition?.(change.transition)
    return change
  }
  const crossings = createCrossings()
  let current = 0
  const workers = new Map<number, Promise<unknown>>()
  const machine = (options.createMachine ?? createMachine)(input.shape, {
    wrapStore: (store) => {
      const mine = current
      return crossings.guard(
        () => mine,
        'store',
        noting(store, note, (transition) => options.onTransition?.(transition)),
        STORE_MEMBERS,
      )
    },
    wrapAdapter: (adapter) => {
      const mine = current
      return crossings.guard(() => mine, 'adapter', adapter, ADAPTER_MEMBERS)
    },
  })
  const texts = input.parts === 1 ? ['First light'] : ['First light', 'and more']
  const ids = Array.from({ length: input.lookAlikes }, () => machine.add({ texts, approval: input.approval }))
  for (const id of ids) machine.store.setAccount(machine.store.read(id).accountId, { afterUnknown: input.afterUnknown })
  return {
    machine,
    ids,
    crossings,
    workers,
    crashed: new Set(),
    takenOff: new Set(),
    keys: new Map(),
    note,
    parts: new Map(),
    seen: new Set(),
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

/** Tells of every transition that the store carries out. */
function noting(
  store: PublishingStore,
  note: (change: Change | null) => Change | null,
  tell: (transition: number) => void,
): PublishingStore {
  return {
    ...store,
    async beginAttempt(begin) {
      const begun = await store.beginAttempt(begin)
      if (begun) tell(begin.from === 'waiting' ? 24 : 41)
      return begun
    },
    change: (key, guard, transition) =>
      store.change(key, guard, (publication, now, conditions) => note(transition(publication, now, conditions))),
  }
}

const FAULTS: readonly ScriptedFault[] = [
  { kind: 'accept_then_lose' },
  { kind: 'lose_before' },
  { kind: 'effect_later', afterMs: 20_000 },
  { kind: 'effect_later', afterMs: 90_000 },
  { kind: 'not_sent' },
  { kind: 'crash', effect: 'before' },
  { kind: 'crash', effect: 'after' },
  { kind: 'refuse', code: 'rate_limited' },
  { kind: 'refuse', code: 'token_expired' },
  { kind: 'refuse', code: 'not_accepted' },
  { kind: 'refuse', code: 'prepare_again' },
  { kind: 'refuse', code: 'duplicate' },
  { kind: 'refuse', code: 'invalid_post' },
  { kind: 'answer_without_id' },
]
const READ_FAULTS: readonly ScriptedFault[] = [
  { kind: 'lose_before' },
  { kind: 'refuse', code: 'rate_limited' },
  { kind: 'refuse', code: 'invalid_post' },
]
const CLOCK_STEPS = [1_000, 5_000, 20_000, 61_000, 130_000, 600_000, 2 * 3_600_000]

async function takeAction(world: World, input: Walk, decision: number): Promise<void> {
  const { machine, ids, crossings } = world
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(decision / 64) % items.length] as Item
  const id = pick(ids)
  const waiting = crossings.waiting.filter((crossing) => !world.crashed.has(crossing.worker))
  const kind = decision % 32
  if (kind < 5 && waiting.length > 0) return pick(waiting).go()
  if (kind < 12 && waiting.length > 0) return runOn(world, pick(waiting))
  if (kind < 18) return world.begin(id)
  if (kind < 21) return machine.clock.advance(pick(CLOCK_STEPS))
  if (kind < 23) return machine.platform.fail('publish', pick(FAULTS))
  if (kind === 23)
    return machine.platform.fail(
      pick(['findPublished', 'readOutcome', 'prepare', 'remove', 'readBaseline'] as const),
      pick(READ_FAULTS),
    )
  if (kind === 24)
    return machine.platform.setListingLag(pick([0, 10_000, 90_000, input.afterUnknown === 'ask' ? 900_000 : 0]))
  if (kind === 28) return disturb(world, input, id, decision)
  if (kind === 25 && waiting.length > 0) return loseCommit(pick(waiting))
  if (kind === 26 && waiting.length > 0) return void world.crashed.add(pick(waiting).worker)
  if (kind === 27) return pauseOrResume(world, id)
  return command(world, input, id, decision)
}

/** A worker goes on until it stands where a crash hurts most, or has ended. */
async function runOn(world: World, first: Crossing): Promise<void> {
  const { crossings, workers } = world
  for (let crossing: Crossing | undefined = first; crossing; ) {
    crossing.go()
    await crossings.rest(workers)
    crossing = crossings.waiting.find(
      (candidate) => candidate.worker === first.worker && !DELICATE.test(candidate.label),
    )
  }
}
const DELICATE = /(beginAttempt|publish|findPublished|readOutcome)$/

/** What happens on the platform and to the account beside the calls. */
function disturb(world: World, input: Walk, id: PublicationId, decision: number): void {
  const { store, platform } = world.machine
  const { accountId } = store.read(id)
  switch (Math.floor(decision / 64) % 6) {
    case 0:
      store.setAccount(accountId, {
        connection: store.account(accountId).connection === 'active' ? 'reconnect' : 'active',
      })
      return
    case 1:
      platform.setProcessing(
        [1_000, 30_000, input.afterUnknown === 'ask' ? 700_000 : 1_000][Math.floor(decision / 512) % 3] ?? 1_000,
      )
      return
    case 2:
      platform.failProcessing('bad_media')
      return
    case 3:
      platform.forgetHandles()
      return
    case 4: {
      const post = platform.posts().at(-1)
      if (!post) return
      world.takenOff.add(post.id)
      platform.takeOff(post.id)
      return
    }
    default:
      store.command(id, (publication, now) => world.note(requestRemoval(publication, now, 'ann').change ?? null))
  }
}

/** A transaction that committed although its caller got an error, or a call that died. */
function loseCommit(crossing: Crossing): void {
  crossing.fail()
}

function pauseOrResume(world: World, id: PublicationId): void {
  const { store } = world.machine
  const { accountId } = store.read(id)
  if (store.account(accountId).holds.some((hold) => hold.reason === 'paused')) {
    store.keepHolds(accountId, (hold) => hold.reason !== 'paused')
    for (const other of world.ids) store.command(other, (publication, now) => release(publication, now))
  } else store.addHold(accountId, { reason: 'paused', scope: 'account', message: 'paused', until: null })
}

async function command(world: World, input: Walk, id: PublicationId, decision: number): Promise<void> {
  const { store, platform } = world.machine
  const keyed = toAbilities(platform.adapter).idempotentForMs !== null
  const run = (
    decide: (publication: PublicationRecord, now: number) => { readonly change?: Change | null | undefined },
  ): boolean => store.command(id, (publication, now) => world.note(decide(publication, now).change ?? null))
  switch (Math.floor(decision / 64) % 7) {
    case 0:
      return void run((publication, now) => cancel(publication, now, 'ann', keyed))
    case 1:
      return editIt(world, input, id, decision)
    case 2:
      return void run((publication, now) => approve(publication, now, 'ann', publication.revisionHash))
    case 3:
      return void run((publication, now) => withdrawApproval(publication, now, 'ann'))
    case 4:
      return void run((publication, now) =>
        reschedule(publication, now, 'ann', { dueAt: now + 60_000, latestBy: now + 3_600_000 }),
      )
    default:
      return answerAsPerson(world, id)
  }
}

function editIt(world: World, input: Walk, id: PublicationId, decision: number): void {
  const { store } = world.machine
  const publication = store.read(id)
  const revision = publication.revision + 1
  const texts = Array.from({ length: input.parts }, (_, index) => `Edited ${revision} ${decision % 3} ${index}`)
  const request = (text: string, index: number) => ({
    kind: index === 0 ? ('post' as const) : ('thread' as const),
    index,
    text,
    assets: [],
    settings: {},
    rating: 'general' as const,
  })
  store.command(
    id,
    (current, now) =>
      world.note(
        edit(current, now, 'ann', {
          revision,
          revisionHash: `hash-${revision}`,
          leadMs: current.leadMs,
          parts: current.parts.map((part, index) => ({
            ...part,
            likeness:
              part.likeness === null
                ? null
                : index === 0
                  ? `${current.accountId} ${texts[index]}`
                  : `${id}/${index} ${texts[index]}`,
            fingerprint: `print ${texts[index]}`,
            preparation: NO_PREPARATION,
            unusedAt: null,
          })),
        }).change ?? null,
      ),
    texts.map((text, index) => ({ accountExternalId: publication.accountId, request: request(text, index) })),
  )
}

/** A person who looks at the account before answering: confirms what is live, sends again what is not and can no longer appear. */
async function answerAsPerson(world: World, id: PublicationId): Promise<void> {
  const { store, platform } = world.machine
  const publication = store.read(id)
  const part = publication.parts.find((candidate) => candidate.state === 'needs_attention')
  if (!part) return
  const key = await keyOf(world, part.id, publication.revision)
  const live = platform.posts().find((post) => partKey(post.key) === key)
  if (live) {
    store.command(id, (current, now) =>
      world.note(confirm(current, now, 'ann', { externalId: live.id }).change ?? null),
    )
    return
  }
  if (platform.pendingEffects() > 0 || world.crossings.waiting.some((crossing) => crossing.label.includes('publish')))
    return
  const answer = part.index % 2 === 0 ? retry : giveUp
  store.command(id, (current, now) => world.note(answer(current, now, 'ann').change ?? null))
}

async function keyOf(world: World, part: string, revision: number): Promise<string> {
  const name = `${part}/${revision}`
  const known = world.keys.get(name) ?? (await fingerprintOf({ part, revision }))
  world.keys.set(name, known)
  return known
}

/** What must hold at every moment. */
async function check(world: World): Promise<void> {
  const { store, platform } = world.machine
  for (const id of world.ids) {
    const publication = store.read(id)
    for (const part of publication.parts) {
      world.parts.set(await keyOf(world, part.id, publication.revision), { id, index: part.index })
    }
  }
  const live = platform.posts()
  const byPart = new Map<string, number>()
  for (const post of live) {
    const owner = world.parts.get(partKey(post.key))
    const name = owner ? `${owner.id}/${owner.index}` : post.key
    byPart.set(name, (byPart.get(name) ?? 0) + 1)
  }
  for (const [part, count] of byPart) if (count > 1) throw new Error(`${count} live posts for ${part}`)
  for (const post of live) {
    if (world.seen.has(post.id)) continue
    world.seen.add(post.id)
    const owner = world.parts.get(partKey(post.key))
    if (!owner) throw new Error(`a post of nobody: ${post.text}`)
    const publication = store.read(owner.id)
    const content = await store.readContent(
      { agencyId: publication.agencyId, publicationId: owner.id },
      publication.revision,
      owner.index,
    )
    if (content.request.text !== post.text) throw new Error(`published an edited-away text: ${post.text}`)
    if (publication.approval === 'required' && publication.approvedHash !== publication.revisionHash)
      throw new Error('published without approval')
  }
}

/** Faults end, frozen workers die, the world is reconnected: everything must come to an end or ask. */
async function comeToRest(world: World): Promise<void> {
  const { machine, ids, crossings } = world
  machine.platform.clearFaults()
  machine.platform.setListingLag(0)
  machine.platform.setProcessing(1_000)
  crossings.open()
  const frozen = crossings.waiting.filter((crossing) => !world.crashed.has(crossing.worker))
  for (let round = 0; round < 400; round += 1) {
    // Some frozen workers go on in the middle of it, much later; the others never.
    if (round < 20 && round % 2 === 1) frozen.splice(0, 1)[0]?.go()
    await new Promise<void>((resolve) => setImmediate(resolve))
    for (const id of ids) {
      const { accountId } = machine.store.read(id)
      machine.store.setAccount(accountId, { connection: 'active' })
      machine.store.keepHolds(accountId, (hold) => hold.until !== null)
      machine.store.command(id, (publication, now) =>
        publication.state === 'awaiting_approval'
          ? (approve(publication, now, 'ann', publication.revisionHash).change ?? null)
          : null,
      )
      await drain(machine, id)
      if (round % 3 === 2) await answerAsPerson(world, id)
    }
    await check(world)
    if (ids.every((id) => isFinal(machine.store.read(id).state) && machine.store.runAt(id) === null)) return
    machine.clock.advance(nextMoment(machine, ids))
  }
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

/** The part's key, also where a mutation has made another one of it. */
const partKey = (key: string): string => key.split('#')[0] ?? key

const isOf = (world: World, key: string, id: PublicationId, index: number): boolean => {
  const owner = world.parts.get(partKey(key))
  return owner?.id === id && owner.index === index
}

/** What must hold once everything has come to rest. */
function checkEnd(world: World, id: PublicationId): void {
  const { store, platform } = world.machine
  const publication = store.read(id)
  const live = platform.posts()
  const mine = live.filter((post) => world.parts.get(partKey(post.key))?.id === id)
  const fail = (what: string): never => {
    throw new Error(
      `${what}: ${publication.state}, ${mine.length} live\n${JSON.stringify(publication, null, 1)}\n${JSON.stringify(live)}`,
    )
  }
  if (!isFinal(publication.state)) {
    if (publication.state !== 'needs_attention') fail('no way on')
    return
  }
  for (const part of publication.parts) {
    const posted = mine.filter((post) => world.parts.get(partKey(post.key))?.index === part.index)
    if (platform.allPosts().some((post) => world.takenOff.has(post.id) && isOf(world, post.key, id, part.index)))
      continue
    if (part.state === 'published' && posted.length !== 1) fail(`part ${part.index} says published`)
    if (part.state === 'published' && part.externalId !== null && posted[0]?.id !== part.externalId)
      fail(`part ${part.index} is bound to another post`)
    if (part.state !== 'published' && posted.length > 0) fail(`part ${part.index} is ${part.state} but live`)
  }
  if (['canceled', 'missed', 'refused'].includes(publication.state) && mine.length > 0)
    fail('an end that contradicts the platform')
}
