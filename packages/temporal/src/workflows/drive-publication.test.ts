import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { EngineAnswer } from '@ofm-social/core'
import { createQueuePrefix, temporalAddress } from '@ofm-social/test-services'
import { cancellationSignal, heartbeat } from '@temporalio/activity'
import { Client } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toQueueNames, toWorkflowId } from '../names.ts'
import { silenceRuntime } from '../silence-runtime.test-support.ts'
import { buildWorkflowBundle } from '../workflow-bundle.ts'
import type { drivePublication } from './drive-publication.ts'

type Advance = (publicationId: string) => Promise<EngineAnswer>

describe.skipIf(!temporalAddress)('the workflow of a publication', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ofm-workflow-'))
  const codePath = join(folder, 'workflows.cjs')
  let connection: NativeConnection
  let client: Client

  beforeAll(async () => {
    silenceRuntime()
    writeFileSync(codePath, (await buildWorkflowBundle()).code)
    connection = await NativeConnection.connect({ address: temporalAddress })
    client = new Client({ connection })
  })
  afterAll(async () => {
    await connection?.close()
    rmSync(folder, { recursive: true, force: true })
  })

  /** Runs one workflow with these answers in order; `media` answers on the queue of media. */
  const drive = async (options: {
    readonly platform: Advance
    readonly media?: Advance
    readonly meanwhile?: (handle: Awaited<ReturnType<typeof start>>) => Promise<void>
  }) => {
    const prefix = createQueuePrefix()
    const queues = toQueueNames(prefix)
    const create = (taskQueue: string, rest: object) => Worker.create({ connection, taskQueue, ...rest })
    const workers = await Promise.all([
      create(queues.workflows, { workflowBundle: { codePath }, maxCachedWorkflows: 10 }),
      create(queues.platform('x'), { activities: { advance: options.platform }, maxHeartbeatThrottleInterval: 200 }),
      ...(options.media ? [create(queues.media, { activities: { advance: options.media } })] : []),
    ])
    const handle = await start(prefix)
    const work = async () => {
      await options.meanwhile?.(handle)
      await handle.result()
    }
    const [first, ...rest] = workers
    await first?.runUntil(
      Promise.all([work(), ...rest.map((worker) => worker.runUntil(handle.result().catch(() => undefined)))]),
    )
    return handle
  }
  const start = (prefix: string) =>
    client.workflow.start<typeof drivePublication>('drivePublication', {
      workflowId: toWorkflowId(prefix, 'publication_1', 1),
      taskQueue: toQueueNames(prefix).workflows,
      args: [{ publicationId: 'publication_1', platform: 'x', heartbeatTimeoutMs: 1_000 }],
    })
  const answering = (...answers: (EngineAnswer | Error)[]) => {
    const asked: string[] = []
    const waiting = new Map<number, () => void>()
    const advance: Advance = async (publicationId) => {
      asked.push(publicationId)
      waiting.get(asked.length)?.()
      const answer = answers.shift() ?? { done: true }
      if (answer instanceof Error) throw answer
      return answer
    }
    /** Once it was asked so many times. */
    const wasAsked = (times: number): Promise<void> =>
      asked.length >= times ? Promise.resolve() : new Promise((resolve) => waiting.set(times, resolve))
    return { asked, advance, wasAsked }
  }

  test('waits as long as it is told, and asks again', async () => {
    const platform = answering({ waitMs: 0 }, { waitMs: 300 }, { done: true })
    const handle = await drive({ platform: platform.advance })
    expect(platform.asked).toEqual(['publication_1', 'publication_1', 'publication_1'])
    const { events } = await handle.fetchHistory()
    const timers = events?.flatMap(({ timerStartedEventAttributes: timer }) => timer?.startToFireTimeout ?? [])
    expect(timers?.map(({ seconds, nanos }) => [Number(seconds), nanos])).toEqual([[0, 300_000_000]])
  })

  test('waits for a change when nothing else can go on, and asks at once', async () => {
    const platform = answering({ waitMs: null }, { waitMs: 3_600_000 }, { done: true })
    await drive({
      platform: platform.advance,
      async meanwhile(handle) {
        for (const times of [1, 2]) {
          await platform.wasAsked(times)
          await handle.signal('changed')
        }
      },
    })
    expect(platform.asked).toHaveLength(3)
  })

  test('asks again when something changed while the last step ran', async () => {
    let asked = 0
    let giveHandle = (_handle: Awaited<ReturnType<typeof start>>): void => undefined
    const handleGiven = new Promise<Awaited<ReturnType<typeof start>>>((resolve) => {
      giveHandle = resolve
    })
    const advance: Advance = async () => {
      asked += 1
      if (asked === 1) await (await handleGiven).signal('changed')
      return { done: true }
    }
    await drive({ platform: advance, meanwhile: async (handle) => giveHandle(handle) })
    expect(asked).toBe(2)
  })

  test('has long preparations done on the queue of media, and goes on at the platform', async () => {
    const platform = answering({ waitMs: 0, preparation: 'long' }, { done: true })
    const media = answering({ waitMs: 0 })
    await drive({ platform: platform.advance, media: media.advance })
    expect([platform.asked.length, media.asked.length]).toEqual([2, 1])
  })

  test('never has a step repeated by Temporal: it asks what is true', async () => {
    const platform = answering(new Error('the database is away'), { done: true })
    const handle = await drive({ platform: platform.advance })
    const { events } = await handle.fetchHistory()
    const started = events?.filter((event) => event.activityTaskStartedEventAttributes) ?? []
    expect(started.map((event) => event.activityTaskStartedEventAttributes?.attempt)).toEqual([1, 1])
  })

  test('notices a worker that went silent, and asks another one', async () => {
    let asked = 0
    let aborted: unknown
    const advance: Advance = async () => {
      asked += 1
      if (asked > 1) return { done: true }
      heartbeat()
      const signal = cancellationSignal()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      aborted = signal.reason
      return { done: true }
    }
    await drive({ platform: advance })
    expect(asked).toBe(2)
    expect(aborted).toBeInstanceOf(Error)
  })
})
