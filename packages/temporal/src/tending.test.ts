import { type PlatformAdapter, Secret } from '@ofm-social/core'
import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { ScheduleOverlapPolicy } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { ensureSchedules } from './client.ts'
import { toQueueNames } from './names.ts'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

const DAY_MS = 86_400_000

describe.skipIf(!temporalAddress || !postgresAdminUrl)('what tends an installation', () => {
  const refreshed: string[] = []
  /** What a read does before it answers. */
  let beforeAnswer = async (_signal: AbortSignal): Promise<void> => undefined
  let rig: TemporalRig

  const adapt = (adapter: PlatformAdapter): PlatformAdapter => ({
    ...adapter,
    async readMetrics(parts, { signal }) {
      await beforeAnswer(signal)
      return parts.map(({ externalId }) => ({ externalId, counters: { views: 7 } }))
    },
    oauth: {
      scopes: [],
      pkce: false,
      authorizeUrl: () => 'https://example.com',
      exchange: () => Promise.reject(new Error('nobody logs in here')),
      async refresh({ refreshToken }) {
        refreshed.push(refreshToken?.reveal() ?? '')
        const tokens = { accessToken: new Secret('ada-renewed'), refreshToken: new Secret('refresh 2') }
        return { status: 'refreshed', tokens: { ...tokens, expiresInMs: 60 * DAY_MS, scopes: [] } }
      },
    },
  })

  beforeAll(async () => {
    rig = await openTemporalRig(adapt, { apps: { scripted: { clientId: 'scripted' } } })
  })
  afterAll(() => rig?.close())

  /** Also while the run before has not ended. */
  const trigger = (name: string) =>
    rig.client.schedule.getHandle(`${rig.prefix}-${name}`).trigger(ScheduleOverlapPolicy.ALLOW_ALL)
  /** Published, with the first counters due. */
  const publishCounted = async (text: string): Promise<string> => {
    const { publications } = await rig.social.posts.create({ to: [await rig.addAccount()], text })
    const id = publications[0]?.id ?? ''
    await rig.untilState(id, 'published')
    await rig.admin(`update ofm.metric_due set due_at = due_at - interval '16 minutes',
      published_at = published_at - interval '16 minutes' where publication_id = '${id}'`)
    return id
  }

  test('renews a permission ahead of its end, by its schedule', async () => {
    const workers = await rig.startWorkers()
    const tokens = { accessToken: 'ada-old', refreshToken: 'refresh 1', expiresAt: new Date(Date.now() + 60 * DAY_MS) }
    const { id } = await rig.social.accounts.add({ creator: 'ada', platform: 'scripted', tokens })
    await rig.admin(`update ofm.connection set obtained_at = obtained_at - interval '50 days',
      expires_at = expires_at - interval '50 days' where account_id = '${id}'`)
    await trigger('renew')
    const endsInDays = async () => {
      const { expiresAt } = (await rig.social.accounts.get(id)).connection
      return Math.round(((expiresAt?.getTime() ?? 0) - Date.now()) / DAY_MS)
    }
    await expect.poll(endsInDays, { timeout: 60_000 }).toBe(60)
    expect(refreshed).toEqual(['refresh 1'])
    await workers.stop()
  })

  test('reads the counters that are due, by its schedule', async () => {
    const workers = await rig.startWorkers()
    const id = await publishCounted('counted')
    await trigger('metrics')
    const readCounters = async () => (await rig.social.metrics.samples(id)).map(({ counters }) => counters)
    await expect.poll(readCounters, { timeout: 60_000 }).toEqual([{ views: 7 }])
    await workers.stop()
  })

  test('ends a read when its worker stops, and another worker reads again', async () => {
    const first = await rig.startWorkers()
    let tellReading = (): void => undefined
    const isReading = new Promise<void>((resolve) => {
      tellReading = resolve
    })
    const ended: unknown[] = []
    beforeAnswer = (signal) =>
      new Promise((_, reject) => {
        signal.addEventListener('abort', () => {
          ended.push(signal.reason.message)
          reject(signal.reason)
        })
        tellReading()
      })
    const id = await publishCounted('interrupted')
    await trigger('metrics')
    await isReading
    await first.stop()
    expect(ended).toEqual(['the worker stops'])

    beforeAnswer = async () => undefined
    const second = await rig.startWorkers()
    await trigger('metrics')
    await vi.waitFor(async () => expect(await rig.social.metrics.samples(id)).toHaveLength(1), { timeout: 60_000 })
    await second.stop()
  })

  test('brings a schedule of an earlier version up to date', async () => {
    const prefix = `${rig.prefix}-earlier`
    const scheduleId = `${prefix}-feed`
    const taskQueue = 'a-queue-of-before'
    await rig.client.schedule.create({
      ...{ scheduleId, spec: { intervals: [{ every: '2 days' }] }, state: { paused: true } },
      action: { type: 'startWorkflow', workflowType: 'feedOnce', workflowId: scheduleId, taskQueue, args: [] },
    })
    await ensureSchedules(rig.client, prefix)
    const { spec, action, policies, state } = await rig.client.schedule.getHandle(scheduleId).describe()
    const names = ['feed', 'sweep', 'renew', 'metrics']
    await Promise.all(names.map((name) => rig.client.schedule.getHandle(`${prefix}-${name}`).delete()))
    expect(spec.intervals).toMatchObject([{ every: 300_000 }])
    expect(action).toMatchObject({
      ...{ workflowType: 'feedPublications', taskQueue: toQueueNames(prefix).workflows },
      args: [{ dueWithinMs: DAY_MS }],
    })
    expect(policies).toMatchObject({ overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: 60_000 })
    // What an operator paused stays paused.
    expect(state.paused).toBe(true)
  })
})
