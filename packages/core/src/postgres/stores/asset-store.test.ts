import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AssetStore } from '../../assets/asset-store.ts'
import type { Database } from '../database.ts'
import { openTestStore, testStart } from '../testing/open-test-store.ts'
import { createTestIds, type SeededAccount, seedAccount } from '../testing/seed.ts'
import { createPostgresAssetStore } from './asset-store.ts'

eachDatabase('assets', (open) => {
  const createId = createTestIds()
  let opened: TestDatabase
  let database: Database
  let store: AssetStore
  let account: SeededAccount

  beforeAll(async () => {
    opened = await open()
    ;({ database } = await openTestStore(opened.source))
    store = createPostgresAssetStore(database)
    account = await seedAccount(database, createId)
  })
  afterAll(() => opened.close())

  const toAsset = (digit: string, creatorId = account.creatorId) => ({
    id: createId('asset'),
    creatorId,
    fileName: 'clip.mp4',
    sizeBytes: 5_000_000_000,
    sha256: digit.repeat(64),
    mediaInfo: {
      kind: 'unknown' as const,
      sizeBytes: 5_000_000_000,
      reason: { code: 'damaged' as const, message: 'cut off' },
    },
  })

  test('are read back as they were stored, by id and by bytes', async () => {
    const asset = toAsset('a')
    const stored = await store.add(account.agencyId, asset)
    expect(stored).toEqual({ ...asset, createdAt: new Date(testStart) })
    expect(await store.find(account.agencyId, asset.id)).toEqual(stored)
    expect(await store.findBySha256(account.agencyId, { creatorId: account.creatorId, sha256: asset.sha256 })).toEqual(
      stored,
    )
    expect(await store.find(createId('agency'), asset.id)).toBeNull()
  })

  test('with the same bytes are one per creator, also when two race', async () => {
    const [one, two] = await Promise.all([
      store.add(account.agencyId, toAsset('b')),
      store.add(account.agencyId, { ...toAsset('b'), fileName: 'other.mp4' }),
    ])
    expect(one).toEqual(two)
    const colleague = await seedAccount(database, createId, { agencyId: account.agencyId })
    expect((await store.add(account.agencyId, toAsset('b', colleague.creatorId))).id).not.toBe(one.id)
  })

  test('are listed newest first, page by page', async () => {
    const other = await seedAccount(database, createId)
    const added = []
    for (const digit of ['1', '2', '3']) added.push(await store.add(other.agencyId, toAsset(digit, other.creatorId)))
    const ids = added.map(({ id }) => id).reverse()
    const list = async (query: Parameters<AssetStore['list']>[1]) =>
      (await store.list(other.agencyId, query)).map(({ id }) => id)
    expect(await list({ limit: 2 })).toEqual(ids.slice(0, 2))
    expect(await list({ limit: 2, ...(ids[1] && { after: ids[1] }) })).toEqual(ids.slice(2))
    expect(await list({ limit: 5, creatorId: account.creatorId })).toEqual([])
  })
})
