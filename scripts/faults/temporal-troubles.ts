import { setTimeout } from 'node:timers/promises'
import { isSocialError } from '@ofm-social/core'
import { Client, Connection } from '@temporalio/client'
import { type DevServer, openDevServer } from './dev-server.ts'
import { type FaultRow, toBrokenRow } from './fault-case.ts'
import type { EngineTask, FaultEngine } from './fault-engine.ts'
import { createInProcessEngine } from './in-process-engine.ts'
import type { Judgement } from './judge.ts'
import { isOver, type MadePost, PATIENCE_MS, playRound, type Round } from './kill-rounds.ts'
import { type KillStage, openKillStage } from './kill-stage.ts'
import { PATIENT_CALL_MS } from './patient-social.ts'
import { createTemporalEngineOn, drawQueuePrefix, ENGINE_CONNECTIONS } from './temporal-engine.ts'

/** What a cluster does to a publication, beside killed processes: one row of the table each. */
interface Trouble {
  readonly name: string
  /** Which processes run. Default: one worker. */
  readonly engines?: (worker: () => FaultEngine, inProcess: () => FaultEngine) => readonly FaultEngine[]
  /** Before the posts are created. */
  readonly before?: (scene: Scene) => Promise<void>
  readonly meanwhile?: (scene: Scene, made: readonly MadePost[]) => Promise<readonly MadePost[] | undefined>
  readonly mustEnd?: null
}

interface Scene {
  readonly stage: KillStage
  readonly server: DevServer
  readonly queuePrefix: string
}

const OUTAGE_MS = 4_000

const TROUBLES: readonly Trouble[] = [
  { name: 'two workers at once', engines: (worker) => [worker(), worker()] },
  { name: 'both engines at once', engines: (worker, inProcess) => [worker(), inProcess()] },
  {
    name: 'Temporal restarted in mid-flight',
    async meanwhile({ server, stage }) {
      await untilInHand(stage)
      await server.kill()
      await setTimeout(OUTAGE_MS)
      await server.start()
    },
  },
  {
    name: 'Temporal down, created and due',
    before: ({ server }) => server.kill(),
    async meanwhile({ server }) {
      await setTimeout(OUTAGE_MS)
      await server.start()
    },
  },
  {
    name: 'database connections cut',
    async meanwhile({ stage }) {
      for (let count = 0; count < 15; count += 1) {
        await stage.admin.query(
          'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = $1',
          [ENGINE_CONNECTIONS],
        )
        await setTimeout(150)
      }
    },
  },
  {
    name: 'signals doubled and late',
    async meanwhile({ stage, server, queuePrefix }, made) {
      const connection = await Connection.connect({ address: server.address, connectTimeout: PATIENT_CALL_MS })
      const { workflow } = new Client({ connection })
      // Refused before the workflow has started, and after it has ended.
      let taken = 0
      for (let count = 0; count < 30 || (taken === 0 && !(await isOver(stage, made))); count += 1) {
        for (const { id } of made) {
          const handle = workflow.getHandle(`${queuePrefix}/pub/${id}/1`)
          const sent = await Promise.allSettled([1, 2, 3].map(() => handle.signal('changed')))
          taken += sent.filter(({ status }) => status === 'fulfilled').length
        }
        await setTimeout(100)
      }
      await connection.close()
      if (taken === 0) throw new Error('No signal reached a workflow: nothing was doubled.')
    },
  },
  {
    name: 'canceled while it publishes',
    mustEnd: null,
    async meanwhile({ stage }, made) {
      await untilInHand(stage)
      for (const { postId } of made) await stage.social.posts.cancel(postId)
    },
  },
  {
    name: 'edited while it publishes',
    mustEnd: null,
    async meanwhile({ stage }, made) {
      await untilInHand(stage)
      return Promise.all(made.map((post) => edit(stage, post)))
    },
  },
]

/** Plays each trouble on a stage and a Temporal of its own. */
export async function* playTemporalTroubles(platform: string): AsyncGenerator<FaultRow> {
  for (const trouble of TROUBLES)
    yield playTrouble(platform, trouble).catch((error: unknown) =>
      toBrokenRow({ platform, step: 'cluster', fault: trouble.name }, error),
    )
}

async function playTrouble(platform: string, trouble: Trouble): Promise<FaultRow> {
  const server = await openDevServer()
  const queuePrefix = drawQueuePrefix()
  const createEngine = (task: EngineTask): FaultEngine => {
    const worker = () => createTemporalEngineOn(task, { temporalAddress: server.address, queuePrefix })
    const engines = trouble.engines?.(worker, () => createInProcessEngine(task)) ?? [worker()]
    return together(engines)
  }
  const stage = await openKillStage(platform, createEngine)
  try {
    const scene: Scene = { stage, server, queuePrefix }
    const accounts: string[] = []
    for (const [count, creator] of ['ada', 'bea'].entries())
      accounts.push((await stage.social.accounts.add({ creator, platform, tokens: stage.platform.logIn(count) })).id)
    await stage.engine.start()
    await trouble.before?.(scene)
    const round: Round = {
      ...{ accounts, name: trouble.name, moments: [] },
      meanwhile: async (made) => (await trouble.meanwhile?.(scene, made)) ?? undefined,
      ...(trouble.mustEnd === null ? { mustEnd: null } : {}),
    }
    const { states, judgement } = await playRound(stage, round)
    return toRow(platform, trouble.name, states, judgement)
  } finally {
    await stage.close()
    await server.close()
  }
}

const toRow = (platform: string, name: string, states: readonly string[], judgement: Judgement): FaultRow => ({
  ...{ platform, step: 'cluster', fault: name, judgement },
  state: [...new Set(states)].join(', '),
})

const TOO_LATE = ['too_late', 'not_allowed', 'changed_meanwhile']

/** Other words, where the edit is still taken; too late once a write is out: then the first words stay. */
async function edit({ social, platform }: KillStage, post: MadePost): Promise<MadePost> {
  const texts = post.texts.map((text) => `${text}, edited`)
  const [text = '', comment = ''] = texts
  const parts = texts.map((text) => ({ text }))
  try {
    await social.posts.edit(post.postId, platform.secondPart === 'comment' ? { text, comment } : { parts })
    return { ...post, texts, editedAway: post.texts }
  } catch (error) {
    if (isSocialError(error) && TOO_LATE.includes(error.code)) return { ...post, editedAway: texts }
    throw error
  }
}

/** Several processes as one engine. */
const together = (engines: readonly FaultEngine[]): FaultEngine => ({
  start: async () => void (await Promise.all(engines.map((engine) => engine.start()))),
  kill: async () => void (await Promise.all(engines.map((engine) => engine.kill()))),
  stop: async () => void (await Promise.all(engines.map((engine) => engine.stop()))),
})

/** Until a process works on a publication. */
async function untilInHand({ admin }: KillStage): Promise<void> {
  const endsAt = performance.now() + PATIENCE_MS
  while (performance.now() < endsAt) {
    const { rows } = await admin.query('select from ofm.work where fence > 0')
    if (rows.length > 0) return
    await setTimeout(5)
  }
  throw new Error('No process took a publication in hand.')
}
