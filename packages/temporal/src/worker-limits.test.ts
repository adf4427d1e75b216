import type { PlatformAdapter } from '@ofm-social/core'
import { createQueuePrefix, postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import type { PayloadCodec } from '@temporalio/common'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toQueueNames, toWorkflowId } from './names.ts'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

/** Calls that end when the test says so. */
function createGate() {
  const held: (() => void)[] = []
  const awaited: { readonly count: number; readonly arrive: () => void }[] = []
  let [entered, inside, most] = [0, 0, 0]
  let isOpen = false
  return {
    async pass(): Promise<void> {
      entered += 1
      inside += 1
      most = Math.max(most, inside)
      for (const { count, arrive } of awaited) if (entered >= count) arrive()
      if (!isOpen) await new Promise<void>((resolve) => held.push(resolve))
      inside -= 1
    },
    /** Until so many have come in, the ones that left included. */
    untilEntered: (count: number): Promise<void> =>
      new Promise((arrive) => {
        awaited.push({ count, arrive })
        if (entered >= count) arrive()
      }),
    inside: () => inside,
    most: () => most,
    letOneOut: () => held.shift()?.(),
    /** For all that are inside, and all that come. */
    open() {
      isOpen = true
      for (const leave of held.splice(0)) leave()
    },
  }
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
  /** Until Temporal has a step of the publication on this queue, as its history tells. */
  const untilQueued = async (id: string, queue: string): Promise<void> => {
    await rig.untilTold(id)
    const execution = { workflowId: toWorkflowId(rig.prefix, id, 1) }
    for (let nextPageToken: Uint8Array | undefined; ; ) {
      const { history, nextPageToken: next } = await rig.client.workflowService.getWorkflowExecutionHistory({
        ...{ namespace: 'default', execution, waitNewEvent: true },
        ...(nextPageToken ? { nextPageToken } : {}),
      })
      if (history?.events?.some((event) => event.activityTaskScheduledEventAttributes?.taskQueue?.name === queue))
        return
      if (!next?.length) throw new Error(`${id} ended without a step on ${queue}`)
      nextPageToken = next
    }
  }
  /** Lets one out for each that is still to come in, then everybody. */
  const untilPublished = async (ids: readonly string[], gate: ReturnType<typeof createGate>) => {
    const published = Promise.all(ids.map((id) => rig.untilState(id, 'published')))
    for (let entered = gate.inside() + 1; entered <= ids.length; entered += 1) {
      gate.letOneOut()
      await gate.untilEntered(entered)
    }
    gate.open()
    await published
  }

  test('no more steps of a platform run at once than `concurrency.perPlatform`', async () => {
    const ids = await createEach(['held 1', 'held 2', 'held 3', 'held 4', 'held 5'])
    const workers = await rig.startWorkers({
      concurrency: { perPlatform: { scripted: 2 } },
      heartbeatTimeoutMs: 15_000,
    })
    const { platform } = toQueueNames(rig.prefix)
    await Promise.all([writes.untilEntered(2), ...ids.map((id) => untilQueued(id, platform('scripted')))])
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
    const { media } = toQueueNames(rig.prefix)
    await Promise.all([preparations.untilEntered(1), ...ids.map((id) => untilQueued(id, media))])
    const [short = ''] = await createEach(['short'])
    await rig.untilState(short, 'published')
    expect(preparations.inside()).toBe(1)
    await untilPublished(ids, preparations)
    expect(preparations.most()).toBe(1)
    await workers.stop()
  }, 180_000)

  /** By then a task that was there before is with a worker, if one had room for it. */
  const workflowHasRun = async (): Promise<void> => {
    const queuePrefix = createQueuePrefix()
    const taskQueue = toQueueNames(queuePrefix).workflows
    const workers = await rig.startWorkers({ queuePrefix, parts: ['workflows'] })
    await rig.client.workflow.execute('sweepPublications', { taskQueue, workflowId: queuePrefix })
    await workers.stop()
  }

  test('no more workflow tasks run at once than `concurrency.workflows`', async () => {
    const begun = createGate()
    // A workflow task has begun when what its workflow was given is read.
    const holdsWhatIsRead: PayloadCodec = {
      encode: async (payloads) => payloads,
      async decode(payloads) {
        const isGiven = payloads.some(({ data }) => data && Buffer.from(data).includes('"publicationId"'))
        if (isGiven) await begun.pass()
        return payloads
      },
    }
    const ids = await createEach(['task 1', 'task 2', 'task 3', 'task 4', 'task 5'])
    const workers = await rig.startWorkers({
      ...{ concurrency: { workflows: 2 }, heartbeatTimeoutMs: 15_000 },
      workerOptions: { dataConverter: { payloadCodecs: [holdsWhatIsRead] } },
    })
    await Promise.all([begun.untilEntered(1), ...ids.map((id) => rig.untilTold(id))])
    await workflowHasRun()
    expect(begun.inside()).toBeLessThanOrEqual(2)
    await untilPublished(ids, begun)
    expect(begun.most()).toBeLessThanOrEqual(2)
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
