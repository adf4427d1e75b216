import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { KeyStore } from '../../secrets/key-store.ts'
import { openTestStore } from '../testing/open-test-store.ts'
import { createTestIds } from '../testing/seed.ts'
import { createPostgresKeyStore } from './key-store.ts'

eachDatabase('wrapped data keys', (open) => {
  const createId = createTestIds()
  let opened: TestDatabase
  let store: KeyStore
  let owner: { readonly agencyId: string; readonly creatorId: string }

  beforeAll(async () => {
    opened = await open()
    store = createPostgresKeyStore((await openTestStore(opened.source)).database)
  })
  afterAll(() => opened.close())
  beforeEach(() => {
    owner = { agencyId: createId('agency'), creatorId: createId('creator') }
  })
  const toKey = (keyId: string) => ({ ...owner, keyId, wrappedBy: 'k1', wrapped: new Uint8Array([1, 2, 255]) })

  test('are read back as they were stored', async () => {
    expect(await store.readActive(owner)).toBeNull()
    const key = await store.add(toKey('a'))
    expect({ ...key, wrapped: [...key.wrapped] }).toEqual({ ...toKey('a'), wrapped: [1, 2, 255], destroyedAt: null })
    expect(await store.read({ agencyId: owner.agencyId, keyId: 'a' })).toEqual(key)
    expect(await store.read({ agencyId: createId('agency'), keyId: 'a' })).toBeNull()
  })

  test('are one per creator: two that race get the same', async () => {
    const [one, two] = await Promise.all([store.add(toKey('a')), store.add(toKey('b'))])
    expect(one).toEqual(two)
  })

  test('are wrapped anew by a rotation, once', async () => {
    await store.add(toKey('a'))
    expect(await store.readWrappedByOthers(owner.agencyId, { wrappedBy: 'k1', limit: 5 })).toEqual([])
    expect(await store.readWrappedByOthers(owner.agencyId, { wrappedBy: 'k2', limit: 5 })).toMatchObject([
      { keyId: 'a' },
    ])
    const wrapped = { ...toKey('a'), wrappedBy: 'k2', wrapped: new Uint8Array([9]) }
    expect(await store.rewrap(wrapped, { wrappedBy: 'k1' })).toBe(true)
    expect(await store.rewrap(wrapped, { wrappedBy: 'k1' })).toBe(false)
    expect(await store.readActive(owner)).toMatchObject({ wrappedBy: 'k2' })
  })

  test('leave a tombstone when they are destroyed, also where there was none', async () => {
    await store.add(toKey('a'))
    await store.destroy(owner)
    const tombstone = await store.readActive(owner)
    expect(tombstone?.destroyedAt).toBeInstanceOf(Date)
    expect(tombstone?.wrapped).toHaveLength(0)
    expect((await store.add(toKey('b'))).destroyedAt).not.toBeNull()
    expect(await store.rewrap(toKey('a'), { wrappedBy: 'k1' })).toBe(false)
    owner = { ...owner, creatorId: createId('creator') }
    await store.destroy(owner)
    expect((await store.add(toKey('c'))).destroyedAt).not.toBeNull()
  })
})
