import { createQueuePrefix, postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { ScheduleClient } from '@temporalio/client'
import { NativeConnection, Worker } from '@temporalio/worker'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { ensureSchedules } from './client.ts'
import { type RunWorkersOptions, runWorkers } from './run-workers.ts'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

describe.skipIf(!temporalAddress || !postgresAdminUrl)('a start that fails leaves nothing behind', () => {
  let rig: TemporalRig
  beforeAll(async () => {
    rig = await openTemporalRig()
  })
  afterEach(() => vi.restoreAllMocks())
  afterAll(() => rig?.close())

  const countListeners = () => ['SIGTERM', 'SIGINT'].map((name) => process.listenerCount(name))

  /** Starts on a connection of its own, which closes only when no worker holds it. */
  const failToStart = async (options: Partial<RunWorkersOptions>): Promise<unknown> => {
    const { social, prefix: queuePrefix, codePath } = rig
    const connection = await NativeConnection.connect({ address: temporalAddress })
    const workflowBundle = { codePath }
    const started = runWorkers({ social, connection, queuePrefix, workflowBundle, ...options })
    const failure = await started.then(
      () => 'it started',
      (error: unknown) => error,
    )
    await connection.close()
    return failure
  }

  test('when schedules may not be made', async () => {
    const before = countListeners()
    const refused = new Error('no permission')
    vi.spyOn(ScheduleClient.prototype, 'create').mockRejectedValueOnce(refused)
    expect(await failToStart({})).toBe(refused)
    expect(countListeners()).toEqual(before)
  })

  test('when one of several workers cannot be made', async () => {
    const before = countListeners()
    const create = Worker.create.bind(Worker)
    const made: Promise<Worker>[] = []
    const refused = new Error('no such plugin')
    vi.spyOn(Worker, 'create').mockImplementation(async (options) => {
      if (options.taskQueue.endsWith('-media')) throw await Promise.all(made).then(() => refused)
      const worker = create(options)
      made.push(worker)
      return worker
    })
    expect(await failToStart({})).toBe(refused)
    expect(made).toHaveLength(2)
    expect(countListeners()).toEqual(before)
  })

  test('when the host does not bear that its workers run', async () => {
    const before = countListeners()
    const failure = new Error('no port for the probes')
    const onRunning = () => {
      throw failure
    }
    expect(await failToStart({ onRunning })).toBe(failure)
    expect(countListeners()).toEqual(before)
  })

  test('schedules are not waited for without end', async () => {
    const timeout = vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => AbortSignal.abort(new Error('late')))
    await expect(ensureSchedules(rig.client, createQueuePrefix())).rejects.toThrow('late')
    expect(timeout).toHaveBeenCalledWith(10_000)
  })
})
