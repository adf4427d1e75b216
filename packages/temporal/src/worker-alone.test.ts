import type { PlatformMeters, Spending } from '@ofm-social/core'
import { postgresAdminUrl, temporalAddress } from '@ofm-social/test-services'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openTemporalRig, type TemporalRig } from './temporal-rig.test-support.ts'

const meters: PlatformMeters = {
  prices: [{ meter: 'post', usdNanos: 15_000_000, per: 1, validFrom: '2026-01-01', source: 'a price list' }],
  usesOfPart: () => ({ publish: [{ meter: 'post', quantity: 1 }], lookUps: [] }),
  usesOfRemoval: () => [],
}

/** What happened, for who waits for it. */
function createLog() {
  const all: string[] = []
  const waiting = new Map<string, () => void>()
  return {
    all,
    add(entry: string): void {
      all.push(entry)
      waiting.get(entry)?.()
    },
    has: (entry: string) =>
      new Promise<void>((resolve) => (all.includes(entry) ? resolve() : waiting.set(entry, resolve))),
  }
}

/** Holds no budget: it only tells what it was asked. */
function createListener() {
  const settled = createLog()
  const open = async () => ({ state: 'open', expiresAt: new Date('2100-01-01') }) as const
  const spending: Spending = {
    reserve: open,
    extend: open,
    settle: async (_, cost) => settled.add(`${cost.amountNanos} ${cost.currency}`),
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

  test('book what was spent, and hand events to the handlers of their process', async () => {
    const account = await rig.addAccount()
    const told = createLog()
    await rig.social.on('publication.published', ({ publication }) => told.add(publication.id))
    const workers = await rig.startWorkers()
    const id = await publish(account, 'alone')
    await told.has(id)
    await settled.has('15000000 USD')
    expect(new Set(settled.all)).toEqual(new Set(['15000000 USD']))
    await workers.stop()
  })

  test('leave a process that was started as it was when they stop', async () => {
    const account = await rig.addAccount()
    const told = createLog()
    await rig.social.on('publication.scheduled', ({ publication }) => told.add(publication.id), { name: 'other' })
    rig.social.start()
    const workers = await rig.startWorkers()
    await workers.stop()
    const { publications } = await rig.social.posts.create({ to: [account], text: 'nobody works' })
    await told.has(publications[0]?.id ?? '')
    await rig.social.stop()
  })
})
