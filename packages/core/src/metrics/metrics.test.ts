import { describe, expect, test } from 'vitest'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import { createTestSocial, type TestSocial } from '../testing/create-test-social.ts'
import { createScriptedPlatform } from '../testing/scripted/scripted-platform.ts'
import { METRIC_AGES_MS } from './metric-ages.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

async function publish(social: TestSocial, text = 'First light') {
  const account = await social.addAccount({ creator: 'ada' })
  const post = await social.posts.create({ to: [account.id], text })
  await social.settle()
  const id = post.publications[0]?.id ?? ''
  const [part] = (await social.publications.get(id)).parts
  return { account, id, externalId: part?.externalId ?? '' }
}

describe('metrics', () => {
  test('are read at each age, once, and kept as a series', async () => {
    const social = await createTestSocial({ metrics: true })
    const { id, externalId } = await publish(social)
    social.platform.setCounters(externalId, { views: 3 })
    await social.advance('1h')
    social.platform.setCounters(externalId, { views: 90, likes: 7 })
    await social.advance('2h')
    expect((await social.metrics.samples(id)).map(({ ageMs, counters }) => [ageMs / MINUTE_MS, counters])).toEqual([
      [15, { views: 3 }],
      [60, { views: 3 }],
      [180, { views: 90, likes: 7 }],
    ])
    await social.advance('20h')
    expect((await social.metrics.samples(id)).map(({ ageMs }) => ageMs)).toEqual(METRIC_AGES_MS.slice(0, 5))
    const reads = social.platform.calls.filter(({ call }) => call === 'readMetrics')
    expect(reads).toHaveLength(5 + 1)
  })

  test('leave a gap where the platform said nothing in time, and never zero', async () => {
    const social = await createTestSocial({ metrics: true })
    const { id, externalId } = await publish(social)
    await social.advance('2h')
    social.platform.setCounters(externalId, { views: 90 })
    await social.advance('1h')
    expect((await social.metrics.samples(id)).map(({ ageMs }) => ageMs / HOUR_MS)).toEqual([3])
  })

  test('are asked for again when a read fails, while the age lasts', async () => {
    const social = await createTestSocial({ metrics: true })
    const { id, externalId } = await publish(social)
    social.platform.setCounters(externalId, { views: 3 })
    await social.advance('14min')
    social.platform.fail('readMetrics', { kind: 'lose_before' })
    await social.advance('3min')
    const [sample] = await social.metrics.samples(id)
    expect(sample).toMatchObject({ ageMs: 15 * MINUTE_MS, counters: { views: 3 } })
    expect(sample?.at.getTime()).toBe(social.now().getTime() - MINUTE_MS)
  })

  test('say that a post is gone when two reads an hour apart do', async () => {
    const social = await createTestSocial({ metrics: true })
    const { id, externalId } = await publish(social)
    social.platform.takeOff(externalId)
    await social.advance('30min')
    expect((await social.publications.get(id)).state).toBe('published')
    await social.advance('1h')
    expect(await social.publications.get(id)).toMatchObject({ state: 'removed', removedBy: null })
    expect(await social.metrics.samples(id)).toEqual([])
  })

  test('of an account are asked for by its id: a token may reach several accounts', async () => {
    let now = (): number => 0
    const asked: unknown[] = []
    const scripted = createScriptedPlatform('synchronous', { now: () => now(), platform: 'shared' })
    const adapter: PlatformAdapter = {
      ...scripted.adapter,
      readAccountMetrics: async ({ account }) => {
        asked.push(account)
        return { posts: 1 }
      },
    }
    const social = await createTestSocial({
      adapters: [adapter],
      apps: { shared: { clientId: 'shared' } },
      metrics: true,
    })
    now = () => social.now().getTime()
    const tokens = { accessToken: 'shared-ada' }
    const { id } = await social.accounts.add({ creator: 'ada', platform: 'shared', tokens })
    await social.posts.create({ to: [id], text: 'First light' })
    await social.advance('1min')
    const { externalId, username } = await social.accounts.get(id)
    expect(asked).toEqual([{ externalId, username }])
  })

  test('of an account are read once a day', async () => {
    const social = await createTestSocial({ metrics: true })
    const { account } = await publish(social)
    await social.advance('49h')
    const samples = await social.metrics.accountSamples(account.id)
    expect(samples.map(({ counters }) => counters)).toEqual([{ posts: 1 }, { posts: 1 }, { posts: 1 }])
    expect(await social.metrics.accountSamples(account.id, { limit: 1 })).toEqual(samples.slice(0, 1))
    const since = new Date(social.now().getTime() - 2 * HOUR_MS)
    expect(await social.metrics.accountSamples(account.id, { since })).toHaveLength(1)
  })

  test('can be read now, and are not stored then', async () => {
    const social = await createTestSocial()
    const { id, externalId } = await publish(social)
    expect(await social.metrics.read(id)).toEqual([{ partIndex: 0, externalId, counters: null }])
    social.platform.setCounters(externalId, { views: 3 })
    expect(await social.metrics.read(id)).toEqual([{ partIndex: 0, externalId, counters: { views: 3 } }])
    await social.advance('2h')
    expect(await social.metrics.samples(id)).toEqual([])
  })

  test('of another agency are not found', async () => {
    const social = await createTestSocial({ metrics: true })
    const { id, account } = await publish(social)
    const stranger = social.forAgency('somebody else')
    await expect(stranger.metrics.samples(id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(stranger.metrics.read(id)).rejects.toMatchObject({ code: 'not_found' })
    await expect(stranger.metrics.accountSamples(account.id)).rejects.toMatchObject({ code: 'not_found' })
  })
})
