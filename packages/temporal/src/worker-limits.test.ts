import type { PlatformAdapter } from '@ofm-social/core'
import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toQueueNames, toWorkflowId } from './names.ts'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

/** Calls that end when the test says so. */
function createGate() {
  const waiting: (() => void)[] = []
  let most = 0
  return {
    async pass(): Promise<void> {
      await new Promise<void>((resolve) => {
        waiting.push(resolve)
        most = Math.max(most, waiting.length)
      })
    },
    inside: () => waiting.length,
    most: () => most,
    letOneOut: () => waiting.shift()?.(),
  }
}

const until = async (isTrue: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await isTrue())) await new Promise((resolve) => setTimeout(resolve, 50))
}

describe.skipIf(!temporalAddress || !postgresAdminUrl)('limits of workers', () => {
  const writes = createGate()
  const preparations = createGate()
  const begunAt: number[] = []
  let rig: TemporalRig

  beforeAll(async () => {
    rig = await openTemporalRig(
      (adapter): PlatformAdapter => ({
        ...adapter,
        publishTimeoutMs: 600_000,
        async prepare(part) {
          if (part.text?.startsWith('long')) await preparations.pass()
          return { status: 'prepared', uploads: null }
        },
        async publish(part, context) {
          begunAt.push(performance.now())
          if (part.text?.startsWith('held')) await writes.pass()
          return adapter.publish(part, context)
        },
      }),
    )
  })
  afterAll(() => rig?.close())

  const createEach = (texts: readonly string[]) =>
    Promise.all(
      texts.map(async (text) => {
        const { publications } = await rig.social.posts.create({ to: [await rig.addAccount()], text })
        return publications[0]?.id ?? ''
      }),
    )
  /** Whether Temporal has a step of each on this queue. */
  const areQueued = async (ids: readonly string[], queue: string): Promise<boolean> => {
    const queued = await Promise.all(
      ids.map(async (id) => {
        const handle = rig.client.workflow.getHandle(toWorkflowId(rig.prefix, id, 1))
        const history = await handle.fetchHistory().catch(() => undefined)
        return history?.events?.some((event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name === queue)
      }),
    )
    return queued.every(Boolean)
  }
  const untilPublished = async (ids: readonly string[], gate: ReturnType<typeof createGate>) => {
    const published = Promise.all(ids.map((id) => rig.untilState(id, 'published')))
    let isOver = false
    published.then(() => {
      isOver = true
    })
    await until(() => {
      gate.letOneOut()
      return isOver
    })
  }

  test('no more steps of a platform run at once than `concurrency.perPlatform`', async () => {
    const ids = await createEach(['held 1', 'held 2', 'held 3', 'held 4', 'held 5'])
    const workers = await rig.startWorkers({ concurrency: { perPlatform: 2 }, heartbeatTimeoutMs: 15_000 })
    await until(
      async () => writes.inside() === 2 && (await areQueued(ids, toQueueNames(rig.prefix).platform('scripted'))),
    )
    expect(writes.inside()).toBe(2)
    await untilPublished(ids, writes)
    expect(writes.most()).toBe(2)
    await workers.stop()
  }, 180_000)

  test('no more long preparations run at once than `concurrency.media`, and they hold no write up', async () => {
    const ids = await createEach(['long 1', 'long 2', 'long 3'])
    await rig.admin(
      `update ofm.publication set lead_ms = 60000 where publication_id in (${ids.map((id) => `'${id}'`)})`,
    )
    const options = { concurrency: { perPlatform: 1, media: 1 }, heartbeatTimeoutMs: 15_000 }
    const workers = await rig.startWorkers(options)
    await until(async () => preparations.inside() === 1 && (await areQueued(ids, toQueueNames(rig.prefix).media)))
    const [short = ''] = await createEach(['short'])
    await rig.untilState(short, 'published')
    expect(preparations.inside()).toBe(1)
    await untilPublished(ids, preparations)
    expect(preparations.most()).toBe(1)
    await workers.stop()
  }, 180_000)

  test('steps of a platform begin no faster than `startsPerSecond`', async () => {
    const texts = Array.from({ length: 12 }, (_, index) => `paced ${index}`)
    const ids = await createEach(texts)
    begunAt.length = 0
    const workers = await rig.startWorkers({ startsPerSecond: { scripted: 2 }, heartbeatTimeoutMs: 15_000 })
    await Promise.all(ids.map((id) => rig.untilState(id, 'published')))
    expect(begunAt).toHaveLength(texts.length)
    // A burst of a second or two is let through; the average is held.
    expect((begunAt.at(-1) ?? 0) - (begunAt[0] ?? 0)).toBeGreaterThan(3_000)
    await workers.stop()
  }, 180_000)
})
