import { randomBytes } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { Client, Connection } from '@temporalio/client'
import type { PublishReport } from './publish-task.ts'
import { startChild } from './start-child.ts'

/** Time for all of them to be started before the first is due. */
const leadMs = 5_000
const leadMsEach = 8
const startAtOnce = 40

export interface IdleSteps {
  readonly perSecond: number
  readonly cpuMs: number
}

/** As many workflows due at one instant, of one step that does nothing: nothing on this machine can be quicker on Temporal. */
export async function measureIdleSteps(
  temporal: { readonly address: string; readonly codePath: string },
  count: number,
) {
  const queuePrefix = `bench-idle-${randomBytes(6).toString('hex')}`
  const child = startChild('idle-steps-process.ts')
  const connection = await Connection.connect({ address: temporal.address })
  try {
    child.send({ ...temporal, queuePrefix })
    await child.next()
    await publish(20)
    return await publish(count)
  } finally {
    await connection.close()
    await child.stop()
  }

  async function publish(amount: number): Promise<IdleSteps> {
    const { workflow } = new Client({ connection })
    const dueAt = Date.now() + leadMs + amount * leadMsEach
    const start = (index: number) =>
      workflow.start('drivePublication', {
        workflowId: `${queuePrefix}/${amount}-${index}`,
        taskQueue: `${queuePrefix}-workflows`,
        startDelay: Math.max(1, dueAt - Date.now()),
        args: [{ publicationId: `${amount}-${index}`, platform: 'scripted' }],
      })
    for (let at = 0; at < amount; at += startAtOnce)
      await Promise.all(Array.from({ length: Math.min(startAtOnce, amount - at) }, (_, offset) => start(at + offset)))
    const before = await report()
    const at: number[] = []
    let cpuMs = 0
    while (at.length < amount) {
      const now = await report()
      at.push(...now.calls.map(([, calledAt]) => calledAt))
      cpuMs = now.cpuMs - before.cpuMs
      await wait(200)
    }
    return { perSecond: (amount / (Math.max(...at) - dueAt)) * 1_000, cpuMs: cpuMs / amount }
  }

  async function report(): Promise<PublishReport> {
    child.send({})
    return child.next<PublishReport>()
  }
}
