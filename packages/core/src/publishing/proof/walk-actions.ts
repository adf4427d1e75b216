import type { PublicationId } from '../../model/ids.ts'
import type { RateWindow } from '../../platform/rate-window.ts'
import type { ScriptedFault } from '../../testing/scripted/scripted-platform.ts'
import { toAbilities } from '../abilities.ts'
import { NO_PREPARATION } from '../fresh-part.ts'
import type { Crossing } from './crossing.ts'
import { countAttempts } from './walk-checks.ts'
import { partKey, type Walk, type World } from './walk-world.ts'

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
const MINUTE_MS = 60_000
/** Nothing, something left, and used up for some calls and for all. */
const WINDOWS: readonly Omit<RateWindow, 'name' | 'limit'>[] = [
  { scope: 'account', remaining: 7, resetAt: 15 * MINUTE_MS },
  { scope: 'account', remaining: 0, resetAt: 2 * MINUTE_MS, operations: ['publish'] },
  { scope: 'account', remaining: 0, resetAt: 10 * MINUTE_MS, operations: ['look', 'remove'] },
  { scope: 'app', remaining: 0, resetAt: 5 * MINUTE_MS },
]
const CLOCK_STEPS = [1_000, 5_000, 20_000, 61_000, 130_000, 600_000, 2 * 3_600_000]

export async function takeAction(world: World, input: Walk, decision: number): Promise<void> {
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
  if (kind === 29) return answerWithWindow(world, pick([undefined, ...WINDOWS]))
  if (kind === 28) return disturb(world, input, id, decision)
  if (kind === 25 && waiting.length > 0) return loseCommit(pick(waiting))
  if (kind === 26 && waiting.length > 0) return void world.crashed.add(pick(waiting).worker)
  if (kind === 27) return pauseOrResume(world, id)
  return command(world, input, id, decision)
}

function answerWithWindow({ machine }: World, window: (typeof WINDOWS)[number] | undefined): void {
  const { platform, clock } = machine
  const windows = window ? [{ ...window, name: 'calls', limit: 10, resetAt: clock.now() + window.resetAt }] : []
  platform.setRateWindows(windows)
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
      world.command(id, (publication, now) => world.commands.requestRemoval(publication, now, 'ann'))
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
    for (const other of world.ids)
      world.command(other, (publication, now) => ({ change: world.commands.release(publication, now) }))
  } else store.addHold(accountId, { reason: 'paused', scope: 'account', message: 'paused', by: 'ann', until: null })
}

async function command(world: World, input: Walk, id: PublicationId, decision: number): Promise<void> {
  const { approve, withdrawApproval, reschedule } = world.commands
  switch (Math.floor(decision / 64) % 7) {
    case 0:
      return cancelIt(world, id)
    case 1:
      return editIt(world, input, id, decision)
    case 2:
      return void world.command(id, (publication, now) => approve(publication, now, 'ann', publication.revisionHash))
    case 3:
      return void world.command(id, (publication, now) => withdrawApproval(publication, now, 'ann'))
    case 4:
      return void world.command(id, (publication, now) =>
        reschedule(publication, now, 'ann', { dueAt: now + 60_000, latestBy: now + 3_600_000 }),
      )
    default:
      return answerAsPerson(world, id)
  }
}

/** What was answered with a promise is remembered: nothing new is begun after it. */
function cancelIt(world: World, id: PublicationId): void {
  const keyed = toAbilities(world.machine.platform.adapter).idempotentForMs !== null
  let promised = false
  world.command(id, (publication, now) => {
    const verdict = world.commands.cancel(publication, now, 'ann', keyed)
    promised = verdict.result !== 'too_late' || verdict.change !== null
    return verdict
  })
  if (promised && !world.stopped.has(id)) world.stopped.set(id, countAttempts(world.machine.store.read(id)))
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
  world.command(
    id,
    (current, now) =>
      world.commands.edit(current, now, 'ann', {
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
      }),
    texts.map((text, index) => ({ accountExternalId: publication.accountId, request: request(text, index) })),
  )
}

/** A person who looks at the account before answering: confirms what is live, sends again what is not and can no longer appear. */
export async function answerAsPerson(world: World, id: PublicationId): Promise<void> {
  const { store, platform } = world.machine
  const publication = store.read(id)
  const part = publication.parts.find((candidate) => candidate.state === 'needs_attention')
  if (!part) return
  const key = world.keyOf(part.id, publication.revision)
  const live = platform.posts().find((post) => partKey(post.key) === key)
  const { confirm, retry, giveUp } = world.commands
  if (live) {
    if (world.command(id, (current, now) => confirm(current, now, 'ann', { externalId: live.id })))
      world.stopped.delete(id)
    return
  }
  if (platform.pendingEffects() > 0 || world.crossings.waiting.some((crossing) => crossing.label.includes('publish')))
    return
  const answer = part.index % 2 === 0 ? retry : giveUp
  if (world.command(id, (current, now) => answer(current, now, 'ann'))) world.stopped.delete(id)
}
