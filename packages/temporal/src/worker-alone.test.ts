import type { PlatformMeters, Spending } from '@ofm-social/core'
import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

const meters: PlatformMeters = {
  prices: [{ meter: 'post', usdNanos: 15_000_000, per: 1, validFrom: '2026-01-01', source: 'a price list' }],
  usesOfPart: () => ({ publish: [{ meter: 'post', quantity: 1 }], lookUps: [] }),
  usesOfRemoval: () => [],
}

/** Holds no budget: it only tells what it was asked. */
function createListener() {
  const settled = new Map<string, string>()
  const open = async () => ({ state: 'open', expiresAt: new Date('2100-01-01') }) as const
  const spending: Spending = {
    reserve: open,
    extend: open,
    settle: async (id, cost) => void settled.set(id, `${cost.amountNanos} ${cost.currency}`),
    release: async () => undefined,
    record: async () => undefined,
  }
  return { spending, settled }
}

// Nobody calls `social.start()` here: apps on serverless platforms have no process that could.
describe.skipIf(!temporalAddress || !postgresAdminUrl)('workers alone', () => {
  const { spending, settled } = createListener()
  let rig: TemporalRig

  beforeAll(async () => {
    rig = await openTemporalRig((adapter) => ({ ...adapter, meters }), { spending })
  })
  afterAll(() => rig?.close())

  const publish = async (account: string, text: string) => {
    const { publications } = await rig.social.posts.create({ to: [account], text })
    const id = publications[0]?.id ?? ''
    await rig.untilState(id, 'published')
    return id
  }
  const until = async (isTrue: () => boolean) => {
    while (!isTrue()) await new Promise((resolve) => setTimeout(resolve, 20))
  }

  test('book what was spent, and hand events to the handlers of their process', async () => {
    const account = await rig.addAccount()
    const told: string[] = []
    await rig.social.on('publication.published', ({ publication }) => void told.push(publication.id))
    const workers = await rig.startWorkers()
    const id = await publish(account, 'alone')
    await until(() => told.includes(id) && settled.size === 1)
    expect([...settled.values()]).toEqual(['15000000 USD'])
    await workers.stop()
  })

  test('leave a process that was started as it was when they stop', async () => {
    const account = await rig.addAccount()
    const told: string[] = []
    await rig.social.on('publication.scheduled', ({ publication }) => void told.push(publication.id), { name: 'other' })
    rig.social.start()
    const workers = await rig.startWorkers()
    await workers.stop()
    const { publications } = await rig.social.posts.create({ to: [account], text: 'nobody works' })
    await until(() => told.includes(publications[0]?.id ?? ''))
    await rig.social.stop()
    const after = await rig.social.posts.create({ to: [account], text: 'nobody listens' })
    expect(told).not.toContain(after.publications[0]?.id)
  })
})
