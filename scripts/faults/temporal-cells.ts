import { randomBytes } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import type { HandoverStore, SocialEngine } from '@ofm-social/core'
import { createTestSocial, type TestSocial } from '@ofm-social/core/testing'
import { runWorkers } from '@ofm-social/temporal/worker'
import { Client } from '@temporalio/client'
import { DefaultLogger, Runtime } from '@temporalio/worker'
import { createTeller } from '../../packages/temporal/src/teller.ts'
import { connectWorker } from './connect-worker.ts'
import type { OpenSocial } from './fault-case.ts'

const PLATFORMS = ['scripted', 'x', 'instagram', 'instagram_facebook']
const PUBLISH_TIMEOUT_MS = 45_000
const READ_EVERY_MS = 10
/** A workflow that has just slept through a leap of the clock is signaled again. */
const AGAIN_AFTER_MS = 2_000

/** Opens socials whose publications run on Temporal: one set of workers for all cases of a thread, on one social after the other. */
export async function openTemporalCells(address: string): Promise<OpenSocial> {
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: [] })
  const queuePrefix = `cells-${randomBytes(6).toString('hex')}`
  const connection = await connectWorker(address)
  let current: TestSocial | undefined
  let inHand = 0
  let steps = 0
  const engineOf = (): SocialEngine => {
    if (!current) throw new Error('No case is open.')
    return current.engine
  }
  const engine: SocialEngine = {
    platforms: PLATFORMS.map((platform) => ({ platform, publishTimeoutMs: PUBLISH_TIMEOUT_MS })),
    async advance(publicationId, options) {
      inHand += 1
      try {
        return await engineOf().advance(publicationId, options)
      } finally {
        inHand -= 1
        steps += 1
      }
    },
    collectMetrics: async () => ({ read: 0, nextDueInMs: null }),
    renewConnections: async () => ({ asked: 0, nextDueInMs: null }),
    followUp: () => ({ stop: async () => undefined }),
    handover: onlyOwn(() => current),
  }
  const teller = createTeller({ social: { engine }, client: new Client({ connection }), queuePrefix })
  void runWorkers({ social: { engine }, connection, queuePrefix, signal: new AbortController().signal })
  const runDue = async (_: unknown, isDue: () => Promise<boolean>): Promise<number> => {
    const before = steps
    for (let waitedMs = 0; ; waitedMs += READ_EVERY_MS) {
      if (inHand === 0 && !(await isDue())) return steps - before
      if (waitedMs % AGAIN_AFTER_MS === 0) {
        // The clock of the database has leapt, and no timer of Temporal with it.
        await engine.handover.reclaim({ overdueMs: 0, toldAgoMs: 0, limit: 1_000 })
        // A busy Temporal answers the next time.
        await teller.tellAll(0).catch(() => undefined)
      }
      await setTimeout(READ_EVERY_MS)
    }
  }
  return async (options = {}) => {
    current = await createTestSocial({ ...options, runDue })
    return current
  }
}

/** Cases share a database: what an earlier one left is nobody's work any more. */
function onlyOwn(read: () => TestSocial | undefined): HandoverStore {
  const isOwn = async (social: TestSocial, id: string): Promise<boolean> =>
    social.publications.get(id).then(
      () => true,
      () => false,
    )
  const handover = (): HandoverStore => {
    const social = read()
    if (!social) throw new Error('No case is open.')
    return social.engine.handover
  }
  return {
    async take(options) {
      const social = read()
      if (!social) return []
      const taken = await social.engine.handover.take(options)
      const own = await Promise.all(taken.map(({ publicationId }) => isOwn(social, publicationId)))
      await social.engine.handover.settle(taken.filter((_, index) => !own[index]))
      return taken.filter((_, index) => own[index])
    },
    settle: (told) => handover().settle(told),
    giveBack: (untold) => handover().giveBack(untold),
    keep: (publicationId, dueWithinMs) => handover().keep(publicationId, dueWithinMs),
    free: (publicationId, owner) => handover().free(publicationId, owner),
    reclaim: (options) => handover().reclaim(options),
  }
}
