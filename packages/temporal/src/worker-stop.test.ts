import type { PlatformAdapter } from '@ofm-social/core'
import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWorkflowId } from './names.ts'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

/** Something that happens once, and can be waited for. */
function createSignal() {
  let give = (): void => undefined
  const given = new Promise<void>((resolve) => {
    give = resolve
  })
  return { give: () => give(), given }
}

describe.skipIf(!temporalAddress || !postgresAdminUrl)('a worker that stops', () => {
  const [writing, mayWrite] = [createSignal(), createSignal()]
  let preparing = createSignal()
  const prepared: string[] = []
  let rig: TemporalRig

  const adapt = (adapter: PlatformAdapter): PlatformAdapter => ({
    ...adapter,
    async prepare(_part, context) {
      if (context.checkpoint !== undefined) {
        prepared.push(`goes on from ${JSON.stringify(context.checkpoint)}`)
        return { status: 'prepared', uploads: null }
      }
      await context.save({ bytes: 5 })
      preparing.give()
      return new Promise<never>((_, reject) =>
        context.signal.addEventListener('abort', () => {
          prepared.push('aborted')
          reject(context.signal.reason)
        }),
      )
    },
    async publish(part, context) {
      writing.give()
      await mayWrite.given
      return adapter.publish(part, context)
    },
  })

  beforeAll(async () => {
    rig = await openTemporalRig(adapt)
  })
  afterAll(() => rig?.close())

  test('aborts a preparation, which goes on elsewhere, and awaits a write', async () => {
    const account = await rig.addAccount()
    const first = await rig.startWorkers()
    const { publications } = await rig.social.posts.create({ to: [account], text: 'interrupted' })
    const id = publications[0]?.id ?? ''
    await preparing.given
    await first.stop()
    expect(prepared).toEqual(['aborted'])

    const second = await rig.startWorkers()
    await writing.given
    const stopped = second.stop()
    mayWrite.give()
    await stopped
    expect(prepared).toEqual(['aborted', 'goes on from {"bytes":5}'])
    const { state, parts } = await rig.social.publications.get(id)
    expect([state, parts[0]?.attempts.length]).toEqual(['published', 1])
    expect(rig.platform.posts().filter(({ text }) => text === 'interrupted')).toHaveLength(1)
  })

  test('is not needed to abort a preparation: the cancellation of its workflow does, and the post goes on afterwards', async () => {
    prepared.length = 0
    preparing = createSignal()
    mayWrite.give()
    const workers = await rig.startWorkers()
    const { publications } = await rig.social.posts.create({ to: [await rig.addAccount()], text: 'canceled workflow' })
    const id = publications[0]?.id ?? ''
    await preparing.given
    await rig.client.workflow.getHandle(toWorkflowId(rig.prefix, id, 1)).cancel()
    const readLease = async () => rig.admin(`select lease_owner from ofm.work where publication_id = '${id}'`)
    await expect.poll(readLease, { timeout: 60_000 }).toEqual([{ lease_owner: null }])
    expect(prepared).toEqual(['aborted'])

    await rig.admin(`update ofm.work set told_on = ofm.now() - interval '1 hour', run_at = run_at - interval '1 hour',
      told_at = told_at - interval '1 hour' where publication_id = '${id}'`)
    await rig.client.schedule.getHandle(`${rig.prefix}-sweep`).trigger()
    await rig.untilState(id, 'published')
    expect(prepared).toEqual(['aborted', 'goes on from {"bytes":5}'])
    expect(rig.platform.posts().filter(({ text }) => text === 'canceled workflow')).toHaveLength(1)
    await workers.stop()
  })
})
