import { randomBytes } from 'node:crypto'
import { eachDatabase, type TestDatabase } from '@ofm-social/test-services'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { AgencyId } from '../model/ids.ts'
import { createIds } from '../model/ids.ts'
import type { ImageInfo } from '../model/media-info.ts'
import { Secret } from '../platform/secret.ts'
import { createPostgresPorts } from '../postgres/create-postgres-store.ts'
import { openTestStore } from '../postgres/testing/open-test-store.ts'
import { createKeyRing } from '../secrets/key-ring.ts'
import { createVault } from '../secrets/vault.ts'
import type { StorePorts } from '../store-ports.ts'
import { createCreators } from './create-creators.ts'

let idTime = 1_800_000_000_000
const createId = createIds({ now: () => idTime++, random: (bytes) => Uint8Array.from(randomBytes(bytes.length)) })
const newKey = () => randomBytes(32).toString('base64')

eachDatabase('creators and what is theirs', (open) => {
  let opened: TestDatabase
  let ports: StorePorts
  beforeAll(async () => {
    opened = await open()
    await openTestStore(opened.source)
    ports = createPostgresPorts(opened.source)
  })
  afterAll(() => opened.close())

  async function startAgency() {
    const agencyId: AgencyId = createId('agency')
    await ports.agencies.ensure({ id: agencyId, externalId: agencyId })
    const creators = createCreators({ readAgencyId: async () => agencyId, store: ports.creators, createId })
    const startVault = (secretKey: Parameters<typeof createKeyRing>[0]) =>
      createVault({
        keyStore: ports.keys,
        keyRing: createKeyRing(secretKey, randomBytes),
        randomBytes,
        monotonicNow: () => 0,
      })
    return { agencyId, creators, startVault }
  }

  test('a creator with an external id exists once, also when many add it at once, and gets the newest name', async () => {
    const { creators } = await startAgency()
    const added = await Promise.all(Array.from({ length: 8 }, () => creators.add({ externalId: 'ada' })))
    expect(new Set(added.map(({ id }) => id)).size).toBe(1)
    expect((await creators.add({ externalId: 'ada', name: 'Ada' })).name).toBe('Ada')
    expect((await creators.add({ externalId: 'ada' })).name).toBe('Ada')
    expect(await creators.get('ada')).toMatchObject({ externalId: 'ada', createdAt: expect.any(Date) })
  })

  test('creators are listed newest first, page by page, of one agency', async () => {
    const { creators } = await startAgency()
    const added = []
    for (const externalId of ['a', 'b', 'c', 'd', 'e']) added.push(await creators.add({ externalId }))
    const first = await creators.list({ limit: 3 })
    const second = await creators.list({ limit: 3, after: first.next ?? '' })
    expect([...first.items, ...second.items]).toEqual(added.toReversed())
    expect(second.next).toBeNull()
  })

  test('the same bytes of a creator are one asset, and what they are comes back as it was', async () => {
    const { agencyId, creators } = await startAgency()
    const mediaInfo: ImageInfo = {
      kind: 'image',
      type: 'image/png',
      format: 'png',
      sizeBytes: 5_000_000_000,
      widthPixels: 2,
      heightPixels: 3,
    }
    const { id: creatorId } = await creators.add({ externalId: 'ada' })
    const asset = { creatorId, fileName: 'a.png', sizeBytes: 5_000_000_000, sha256: 'a'.repeat(64), mediaInfo }
    const added = await Promise.all([1, 2].map(() => ports.assets.add(agencyId, { ...asset, id: createId('asset') })))
    expect(added[0]).toEqual(added[1])
    expect(added[0]).toMatchObject(asset)
    expect(await ports.assets.findBySha256(agencyId, asset)).toEqual(added[0])
    const other = await ports.assets.add(agencyId, { ...asset, id: createId('asset'), sha256: 'b'.repeat(64) })
    expect(await ports.assets.list(agencyId, { limit: 10, creatorId })).toEqual([other, added[0]])
    expect(await ports.assets.find((await startAgency()).agencyId, other.id)).toBeNull()
  })

  test('secrets survive a rotation of the secret key, and nothing survives that a creator was erased', async () => {
    const { agencyId, creators, startVault } = await startAgency()
    const { id: creatorId } = await creators.add({ externalId: 'ada' })
    const owner = { agencyId, creatorId }
    const [old, next] = [newKey(), newKey()]
    const sealToken = (vault: ReturnType<typeof startVault>) =>
      vault.seal(owner, 'row', (sealField) => ({ box: sealField('access', new Secret('CANARY')) }))
    const sealed = await Promise.all([1, 2, 3].map(() => sealToken(startVault(old))))
    expect(new Set(sealed.map(({ keyId }) => keyId)).size).toBe(1)
    const rotating = startVault({ active: 'next', keys: { next, old } })
    expect(await rotating.rewrap(agencyId)).toEqual({ rewrapped: 1 })
    expect(await rotating.rewrap(agencyId)).toEqual({ rewrapped: 0 })
    const rotated = startVault(next)
    for (const { keyId, box } of sealed) {
      expect((await rotated.open(owner, { keyId, rowId: 'row', field: 'access' }, box)).reveal()).toBe('CANARY')
    }
    await rotated.destroy(owner)
    await expect(sealToken(startVault(next))).rejects.toMatchObject({ code: 'erased' })
    const { id: bob } = await creators.add({ externalId: 'bob' })
    await rotated.destroy({ agencyId, creatorId: bob })
    const sealing = rotated.seal({ agencyId, creatorId: bob }, 'row', () => ({}))
    await expect(sealing).rejects.toMatchObject({ code: 'erased' })
  })
})
