import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toWorkflowId } from './names.ts'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

describe.skipIf(!temporalAddress || !postgresAdminUrl)('publications on Temporal', () => {
  let rig: TemporalRig
  let account: string

  beforeAll(async () => {
    rig = await openTemporalRig()
    account = await rig.addAccount()
    await rig.startWorkers()
  })
  afterAll(() => rig?.close())

  const create = async (text: string, inMs?: number) => {
    const at = inMs === undefined ? {} : { at: new Date(Date.now() + inMs) }
    const post = await rig.social.posts.create({ to: [account], text, ...at })
    return { postId: post.id, id: post.publications[0]?.id ?? '' }
  }
  const handleOf = (id: string, run = 1) => rig.client.workflow.getHandle(toWorkflowId(rig.prefix, id, run))
  /** Of each attempt, whether it began when the post was due, and not before. */
  const readIsOnTime = async (id: string) => {
    const { dueAt, parts } = await rig.social.publications.get(id)
    return parts.flatMap(({ attempts }) => attempts).map(({ startedAt }) => startedAt.getTime() >= dueAt.getTime())
  }
  const live = (text: string) => rig.platform.posts().filter((post) => post.text === text).length

  test('a worker for what does not exist is refused, with all that is wrong', async () => {
    const options = { platforms: ['scriptd'], startsPerSecond: { y: 1 }, parts: ['workflow' as 'workflows'] }
    await expect(rig.startWorkers(options)).rejects.toThrow(
      "parts: 'workflow' is none of workflows, platforms, media; platforms: 'scriptd' is none of scripted; startsPerSecond: 'y' is none of scripted",
    )
    await expect(rig.startWorkers({ parts: [] })).rejects.toThrow('parts: empty')
  })

  test('are published at once, and their workflow ends', async () => {
    const { id } = await create('at once')
    await rig.untilState(id, 'published')
    await handleOf(id).result()
    expect(live('at once')).toBe(1)
  })

  test('wait as a delayed start until they are due', async () => {
    const later = await create('later', 300_000)
    await rig.untilTold(later.id)
    const { historyLength } = await handleOf(later.id).describe()
    expect(historyLength).toBeLessThanOrEqual(2)
    expect((await rig.social.publications.get(later.id)).state).toBe('scheduled')
    await rig.social.posts.cancel(later.postId)
    const { id } = await create('in a moment', 2_000)
    await rig.untilState(id, 'published')
    await Promise.all([handleOf(id).result(), handleOf(later.id).result()])
    expect(live('in a moment')).toBe(1)
    expect(await readIsOnTime(id)).toEqual([true])
  })

  test('go out earlier, or not at all, when they are rescheduled or canceled while they wait', async () => {
    const sooner = await create('sooner', 300_000)
    const never = await create('never', 300_000)
    await Promise.all([rig.untilTold(sooner.id), rig.untilTold(never.id)])
    await rig.social.posts.reschedule(sooner.postId, { at: new Date(Date.now() + 100) })
    await rig.social.posts.cancel(never.postId)
    await rig.untilState(sooner.id, 'published')
    await rig.untilState(never.id, 'canceled')
    await Promise.all([handleOf(sooner.id).result(), handleOf(never.id).result()])
    expect([live('sooner'), live('never')]).toEqual([1, 0])
  })

  test('a lost answer is looked up, and never sent again', async () => {
    rig.platform.fail('publish', { kind: 'accept_then_lose' })
    const { id } = await create('lost answer')
    await rig.untilState(id, 'published')
    expect(live('lost answer')).toBe(1)
    expect(rig.platform.allPosts().filter((post) => post.text === 'lost answer')).toHaveLength(1)
  })

  test('ten signals in any order change nothing but the time of the next look', async () => {
    const { id, postId } = await create('signaled', 300_000)
    await rig.untilTold(id)
    await Promise.all(Array.from({ length: 10 }, () => handleOf(id).signal('changed')))
    await rig.social.posts.reschedule(postId, { at: new Date(Date.now() + 500) })
    await rig.untilState(id, 'published')
    expect(live('signaled')).toBe(1)
    expect(await readIsOnTime(id)).toEqual([true])
  })

  test('a workflow that was terminated is started again when its time is over', async () => {
    const { id } = await create('terminated', 300_000)
    await rig.untilTold(id)
    await handleOf(id).terminate('somebody cleaned up')
    await rig.admin(`update ofm.publication set due_at = ofm.now() where publication_id = '${id}'`)
    await rig.admin(`update ofm.work set told_on = ofm.now() - interval '1 hour', run_at = run_at - interval '1 hour',
      told_at = told_at - interval '1 hour' where publication_id = '${id}'`)
    await rig.client.schedule.getHandle(`${rig.prefix}-sweep`).trigger()
    await rig.untilState(id, 'published')
    expect(live('terminated')).toBe(1)
  })

  test('no workflow waits for what is far away: the database calls when it is time', async () => {
    const { id, postId } = await create('next week', 7 * 86_400_000)
    await rig.client.schedule.getHandle(`${rig.prefix}-feed`).trigger()
    const soon = await create('tomorrow', 80_000_000)
    await rig.client.schedule.getHandle(`${rig.prefix}-feed`).trigger()
    await rig.untilTold(soon.id)
    await expect(handleOf(id).describe()).rejects.toMatchObject({ name: 'WorkflowNotFoundError' })
    await rig.social.posts.reschedule(postId, { at: new Date(Date.now() + 200) })
    await rig.untilState(id, 'published')
  })

  test('an ended publication that gets work again has a workflow again', async () => {
    const { id } = await create('to be removed')
    await rig.untilState(id, 'published')
    await rig.social.publications.remove(id)
    await rig.untilState(id, 'removed')
    expect(live('to be removed')).toBe(0)
    // Not in the way of the one that published, which may still be about to end.
    await Promise.all([handleOf(id).result(), handleOf(id, 2).result()])
  })

  test('histories hold ids and names only', async () => {
    const { id } = await create('a secret text')
    await rig.untilState(id, 'published')
    const text = JSON.stringify(await handleOf(id).fetchHistory(), (_, value) =>
      value instanceof Uint8Array ? Buffer.from(value).toString() : value,
    )
    expect(text).toContain(id)
    expect(text).not.toContain('a secret text')
    expect(text).not.toContain('ada-1')
  })
})
