import { setTimeout } from 'node:timers/promises'
import { isFinal, type PublicationState } from '@ofm-social/core'
import { sampleAsset } from '@ofm-social/core/testing'
import { type FaultRow, toBrokenRow } from './fault-case.ts'
import type { CreateFaultEngine } from './fault-engine.ts'
import { add, type Judgement, judge, NOTHING } from './judge.ts'
import { createRandom, drawMoment, type KillMoment, listMoments, nameMoment, type RoundLength } from './kill-moment.ts'
import { type KillStage, openKillStage } from './kill-stage.ts'

export interface KillRoundOptions {
  /** In how many rounds something is killed; or `each`: once at every step of a round. */
  readonly rounds: number | 'each'
  /** Repeats the moments. */
  readonly seed: number
  readonly createEngine: CreateFaultEngine
}

const ACCOUNTS = ['ada', 'bea']
/** On the database's clock, longer than any round takes: what is not over by then is lost. */
const ROUND_MAX_MS = 24 * 3_600_000
/** In real time: an engine that does nothing for so long is broken. */
export const PATIENCE_MS = 1_200_000
const READ_EVERY_MS = 15
/** Between two rounds, so that windows of the platform open again and tokens come to be refreshed. */
const BETWEEN_ROUNDS_MS = 20 * 60_000
const DRAWS_PER_ROUND_MAX = 5

/** After so many exceptions of the harness, the rest of a platform's rounds would only be more of them. */
const BREAKS_MAX = 3

/** What the stages of one platform share. */
interface Progress {
  killed: number
  draws: number
  /** Where every step is killed at: those that remain, once it is known how many there are. */
  left: KillMoment[] | undefined
  /** What is being played. */
  moment: string
}

/**
 * Kills the engine's process at moments that the seed draws, restarts it, and compares the platform with the database. Each round publishes
 * a thread on two accounts at once; a round in four kills the next process as well. A round that ends with an exception is a row, and the others go on on another
 * stage.
 */
export async function* playKillRounds(platform: string, options: KillRoundOptions): AsyncGenerator<FaultRow> {
  const random = createRandom(options.seed)
  const progress: Progress = { killed: 0, draws: 0, left: undefined, moment: UNDISTURBED }
  for (let breaks = 0; !isDone(options, progress) && breaks < BREAKS_MAX; ) {
    try {
      yield* playOnOneStage(platform, { ...options, random, progress })
    } catch (error) {
      breaks += 1
      yield toBrokenRow({ platform, step: 'kill -9', fault: progress.moment }, error)
    }
  }
}

const UNDISTURBED = 'undisturbed'

type StageOptions = KillRoundOptions & { readonly random: () => number; readonly progress: Progress }

const isDone = ({ rounds }: Pick<KillRoundOptions, 'rounds'>, { killed, left }: Progress): boolean =>
  rounds === 'each' ? left?.length === 0 : killed >= rounds

async function* playOnOneStage(platform: string, options: StageOptions): AsyncGenerator<FaultRow> {
  const { createEngine, progress } = options
  progress.moment = UNDISTURBED
  const stage = await openKillStage(platform, createEngine)
  try {
    const accounts: string[] = []
    for (const [count, creator] of ACCOUNTS.entries())
      accounts.push((await stage.social.accounts.add({ creator, platform, tokens: stage.platform.logIn(count) })).id)
    await stage.engine.start()
    const undisturbed = await playRound(stage, { accounts, name: UNDISTURBED, moments: [] })
    yield toRow(platform, UNDISTURBED, undisturbed)
    for (const moments of planRounds(platform, options, undisturbed.length)) {
      progress.moment = moments.map(nameMoment).join('; ')
      await stage.clock.advance(BETWEEN_ROUNDS_MS)
      const played = await playRound(stage, { accounts, name: `round ${progress.draws}`, moments })
      if (played.kills > 0) progress.killed += 1
      yield toRow(platform, progress.moment, played)
    }
  } finally {
    await stage.close()
  }
}

/** A moment that never came killed nothing: its round is judged, but where moments are drawn another one is drawn in its place. */
function* planRounds(
  platform: string,
  { rounds, random, progress }: StageOptions,
  length: RoundLength,
): Generator<readonly KillMoment[]> {
  progress.left ??= rounds === 'each' ? listMoments(length) : undefined
  while (!isDone({ rounds }, progress)) {
    progress.draws += 1
    const next = progress.left?.shift()
    if (next) yield [next]
    else if (progress.draws > Number(rounds) * DRAWS_PER_ROUND_MAX)
      throw new Error(`${platform}: ${progress.draws} moments killed ${progress.killed} times.`)
    else yield Array.from({ length: random() < 0.25 ? 2 : 1 }, () => drawMoment(random, length))
  }
}

export interface Round {
  readonly accounts: readonly string[]
  readonly name: string
  readonly moments: readonly KillMoment[]
  /** What else happens while the posts are published. Answers what they are afterwards, if it changed them. */
  readonly meanwhile?: (made: readonly MadePost[]) => Promise<readonly MadePost[] | undefined>
  /** Default `published`; null: as the database says, if that is the truth. */
  readonly mustEnd?: null
}

export interface PlayedRound {
  readonly length: RoundLength
  readonly states: readonly string[]
  readonly kills: number
  readonly judgement: Judgement
}

function toRow(platform: string, moment: string, { states, kills, judgement }: PlayedRound): FaultRow {
  const step = kills === 0 ? 'no kill' : kills === 1 ? 'kill -9' : 'kill -9 twice'
  return { platform, step, fault: moment, state: [...new Set(states)].join(', '), judgement }
}

export async function playRound(stage: KillStage, round: Round): Promise<PlayedRound> {
  const made = await createPosts(stage, round)
  const begunAt = performance.now()
  const killer = armKiller(stage, round.moments)
  await stage.clock.advance(1)
  const meanwhile = round.meanwhile?.(made)
  const restart = async (): Promise<void> => {
    if (!killer.takeDeath()) return
    await stage.clock.noteDeath()
    await stage.engine.start()
    killer.armNext()
  }
  const endsAt = stage.clock.now() + ROUND_MAX_MS
  const mayGoOn = (): boolean => stage.clock.now() < endsAt && performance.now() - begunAt < PATIENCE_MS
  while (!(await isOver(stage, made)) && mayGoOn()) {
    await restart()
    await stage.clock.leap()
    await setTimeout(READ_EVERY_MS)
  }
  const changed = await meanwhile
  await killer.settle()
  await restart()
  stage.watch(undefined)
  let judgement = NOTHING
  const states: string[] = []
  const begun = await readBegunParts(stage, made)
  for (const { id, texts, editedAway = [] } of changed ?? made) {
    const told = await stage.social.publications.get(id)
    const live = texts.map((text) => stage.platform.live(text))
    states.push(told.state)
    const leftUnsent = live.some(
      (ids, index) => ids.length === 0 && begun.has(`${id}/${index}`) && stage.platform.listsOnly(index),
    )
    const editedAwayLive = editedAway.filter((text) => stage.platform.live(text).length > 0)
    judgement = add(judgement, { ...NOTHING, wrong: editedAwayLive.length })
    const unprovable = killer.kills() > 0 && leftUnsent
    judgement = add(
      judgement,
      judge(told, { live, unprovable, ...(round.mustEnd === null ? {} : { mustEnd: 'published' as const }) }),
    )
  }
  return { length: killer.length(performance.now() - begunAt), states, kills: killer.kills(), judgement }
}

export interface MadePost {
  readonly id: string
  readonly postId: string
  readonly account: number
  readonly texts: readonly string[]
  /** What must never be live any more. */
  readonly editedAway?: readonly string[]
}

/** Parts (`publication/index`) that a process had committed to send, whatever the engine makes of them afterwards. */
async function readBegunParts({ admin }: KillStage, made: readonly MadePost[]): Promise<ReadonlySet<string>> {
  const { rows } = await admin.query<{ publication_id: string; part_index: number }>(
    'select publication_id, part_index from ofm.attempt where publication_id = any($1)',
    [made.map(({ id }) => id)],
  )
  return new Set(rows.map((row) => `${row.publication_id}/${row.part_index}`))
}

/** A thread for each account, due in a moment. */
async function createPosts(stage: KillStage, { accounts, name }: Round): Promise<readonly MadePost[]> {
  const at = new Date(stage.clock.now() + 1)
  const made: MadePost[] = []
  for (const [account, to] of accounts.entries()) {
    const creator = ACCOUNTS[account] ?? ''
    const [text, comment] = [`First light, ${name}, ${creator}`, `and more, ${name}, ${creator}`]
    const texts = [text, comment]
    const kind = stage.platform.files[account]
    const assets = kind ? [(await addFile(stage, creator, kind)).id] : []
    const parts = texts.map((text, index) => ({ text, ...(index === 0 && assets.length > 0 ? { assets } : {}) }))
    const content = stage.platform.secondPart === 'comment' ? { text, assets, comment } : { parts }
    const post = await stage.social.posts.create({ to: [to], ...content, at })
    made.push({ id: post.publications[0]?.id ?? '', postId: post.id, account, texts })
  }
  return made
}

function addFile(stage: KillStage, creator: string, kind: 'mp4' | 'jpeg') {
  const bytes = new Uint8Array(sampleAsset(kind).bytes)
  return stage.social.assets.add({ creator, fileName: `clip.${kind}`, stream: new Blob([bytes]).stream() })
}

/** Final, or waiting for a person; who is asked to log in again does so, and the round goes on. */
export async function isOver(stage: KillStage, made: readonly MadePost[]): Promise<boolean> {
  const { rows } = await stage.admin.query<{ id: string; state: PublicationState; connection: string }>(
    `select p.publication_id as id, p.state, c.state as connection
     from ofm.publication p join ofm.connection c using (agency_id, account_id) where p.publication_id = any($1)`,
    [made.map(({ id }) => id)],
  )
  for (const { id, connection } of rows) {
    const account = made.find((post) => post.id === id)?.account
    if (connection !== 'reconnect' || account === undefined) continue
    const tokens = stage.platform.logIn(account)
    await stage.social.accounts.add({ creator: ACCOUNTS[account] ?? '', platform: stage.platform.name, tokens })
  }
  return rows.every(({ state }) => isFinal(state) || state === 'needs_attention')
}

interface Killer {
  /** True once after each kill. */
  takeDeath(): boolean
  armNext(): void
  /** Nothing is killed any more; a kill that has begun is over afterwards. */
  settle(): Promise<void>
  kills(): number
  length(tookMs: number): RoundLength
}

/** Kills at the moments in turn; each is counted from when its process was armed. */
function armKiller(stage: KillStage, moments: readonly KillMoment[]): Killer {
  const left = [...moments]
  const counted = { requests: 0, writes: 0, commits: 0 }
  const seen = { request: 0, write: 0, commit: 0 }
  let moment: KillMoment | undefined
  let killing: Promise<void> | undefined
  let died = false
  let kills = 0
  let timer = new AbortController()
  const kill = (): Promise<void> => {
    moment = undefined
    killing = stage.engine.kill().then(() => {
      died = true
      kills += 1
    })
    return killing
  }
  const armNext = (): void => {
    timer.abort()
    timer = new AbortController()
    moment = left.shift()
    Object.assign(seen, { request: 0, write: 0, commit: 0 })
    if (moment?.kind !== 'time') return
    setTimeout(moment.afterMs, undefined, { signal: timer.signal }).then(kill, () => undefined)
  }
  armNext()
  stage.watch({
    async request({ method, path, effect }) {
      const isWrite = stage.platform.isWrite(method, path)
      if (effect === 'before') {
        counted.requests += 1
        seen.request += 1
        if (isWrite) counted.writes += 1
        if (isWrite) seen.write += 1
      }
      const strikes =
        (moment?.kind === 'request' || (moment?.kind === 'write' && isWrite)) &&
        moment.nth === seen[moment.kind] &&
        moment.effect === effect
      if (!strikes) return 'pass'
      await kill()
      return 'drop'
    },
    commit() {
      counted.commits += 1
      seen.commit += 1
      if (moment?.kind === 'commit' && moment.nth === seen.commit) void kill()
    },
  })
  return {
    takeDeath() {
      const taken = died
      died = false
      return taken
    },
    armNext,
    async settle() {
      left.length = 0
      timer.abort()
      moment = undefined
      await killing
    },
    kills: () => kills,
    length: (tookMs) => ({ ...counted, tookMs }),
  }
}
