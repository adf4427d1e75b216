import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { Secret } from '../platform/secret.ts'
import type { KeyRingInput } from '../social.ts'
import { createMemoryKeyStore } from '../testing/memory/memory-key-store.ts'
import { createKeyRing } from './key-ring.ts'
import { createVault, type SealedPlace, type Vault } from './vault.ts'

const newKey = () => randomBytes(32).toString('base64')
const ada = { agencyId: 'agency_a', creatorId: 'creator_ada' }
const bob = { agencyId: 'agency_a', creatorId: 'creator_bob' }
const unreadable = expect.objectContaining({ code: 'secret_unreadable' })
const erased = expect.objectContaining({ code: 'erased' })

function startVault(
  options: { secretKey?: string | KeyRingInput; keyStore?: ReturnType<typeof createMemoryKeyStore> } = {},
) {
  const { secretKey = newKey(), keyStore = createMemoryKeyStore() } = options
  let now = 0
  const keyRing = createKeyRing(secretKey, randomBytes)
  const vault = createVault({ keyStore, keyRing, randomBytes, monotonicNow: () => now })
  return { vault, keyStore, keyRing, passTime: (ms: number) => (now += ms) }
}

const sealToken = (vault: Vault, owner = ada, rowId = 'row_1', token = 'CANARY') =>
  vault.seal(owner, rowId, (sealField) => ({ box: sealField('access', new Secret(token)) }))

async function openToken(
  vault: Vault,
  sealed: { keyId: string; box: Uint8Array },
  place: Partial<SealedPlace> = {},
  owner = ada,
) {
  const opened = await vault.open(owner, { keyId: sealed.keyId, rowId: 'row_1', field: 'access', ...place }, sealed.box)
  return opened.reveal()
}

describe('the vault', () => {
  test('opens what it sealed, and seals all of a creator with one data key', async () => {
    const { vault, keyStore } = startVault()
    const first = await sealToken(vault)
    const second = await sealToken(vault, ada, 'row_2')
    await sealToken(vault, bob)
    expect(await openToken(vault, first)).toBe('CANARY')
    expect(second.keyId).toBe(first.keyId)
    expect(keyStore.keys.size).toBe(2)
  })

  test('stores no key and no secret in clear', async () => {
    const { vault, keyStore } = startVault()
    const { box, keyId } = await sealToken(vault)
    expect(Buffer.from(box).includes('CANARY')).toBe(false)
    expect(keyStore.keys.get(keyId)?.wrapped.length).toBe(1 + 12 + 16 + 32)
  })

  test('opens nothing in another row, field, creator or agency', async () => {
    const { vault } = startVault()
    const sealed = await sealToken(vault)
    await expect(openToken(vault, sealed, { rowId: 'row_2' })).rejects.toThrow(unreadable)
    await expect(openToken(vault, sealed, { field: 'refresh' })).rejects.toThrow(unreadable)
    await expect(openToken(vault, sealed, {}, bob)).rejects.toThrow(unreadable)
    await expect(openToken(vault, sealed, {}, { ...ada, agencyId: 'agency_b' })).rejects.toThrow(unreadable)
  })

  test('opens nothing with the data key of another creator', async () => {
    const { vault } = startVault()
    const sealed = await sealToken(vault)
    const other = await sealToken(vault, bob)
    await expect(openToken(vault, { ...sealed, keyId: other.keyId })).rejects.toThrow(unreadable)
    await expect(openToken(vault, { ...sealed, keyId: 'key_unknown' })).rejects.toThrow(/key_unknown/)
  })

  test('gives all of a race the data key that won', async () => {
    const keyStore = createMemoryKeyStore()
    const secretKey = newKey()
    const vaults = [1, 2, 3].map(() => startVault({ keyStore, secretKey }).vault)
    const sealed = await Promise.all([...vaults, ...vaults].map((vault) => sealToken(vault)))
    expect(keyStore.keys.size).toBe(1)
    const fresh = startVault({ keyStore, secretKey }).vault
    for (const one of sealed) expect(await openToken(fresh, one)).toBe('CANARY')
  })

  test('asks the key store once in five minutes', async () => {
    const { vault, keyStore, passTime } = startVault()
    const sealed = await sealToken(vault)
    for (let turn = 0; turn < 5; turn += 1) await openToken(vault, sealed)
    expect(keyStore.calls).toEqual(['readActive', 'add'])
    passTime(300_000)
    await openToken(vault, sealed)
    await sealToken(vault)
    expect(keyStore.calls).toEqual(['readActive', 'add', 'read', 'readActive'])
  })

  test('goes on with the keys that it has while the key store is away', async () => {
    const { vault, keyStore } = startVault()
    const sealed = await sealToken(vault)
    const away = () => Promise.reject(new Error('the key store is away'))
    Object.assign(keyStore, { read: away, readActive: away, add: away })
    expect(await openToken(vault, sealed)).toBe('CANARY')
    expect(await openToken(vault, await sealToken(vault))).toBe('CANARY')
    await expect(sealToken(vault, bob)).rejects.toThrow('the key store is away')
  })

  test('never seals with a key that was zeroed in the cache meanwhile', async () => {
    const { vault, keyStore, keyRing, passTime } = startVault()
    const sealed = await Promise.all(
      Array.from({ length: 50 }, async (_, turn) => {
        passTime(100_000)
        return sealToken(vault, ada, 'row_1', `token ${turn}`)
      }),
    )
    const fresh = createVault({ keyStore, keyRing, randomBytes, monotonicNow: () => 0 })
    const opened = await Promise.all(sealed.map((one) => openToken(fresh, one)))
    expect(opened).toEqual(sealed.map((_, turn) => `token ${turn}`))
  })
})

describe('rotation of the secret key', () => {
  test('in the middle of traffic reads old data, wraps anew, and then does without the old key', async () => {
    const keyStore = createMemoryKeyStore()
    const [old, next] = [newKey(), newKey()]
    const before = startVault({ keyStore, secretKey: old }).vault
    const adas = await sealToken(before)
    const during = startVault({ keyStore, secretKey: { active: 'next', keys: { next, old } } }).vault
    expect(await openToken(during, adas)).toBe('CANARY')
    const bobs = await sealToken(during, bob)
    expect(await during.rewrap('agency_a')).toEqual({ rewrapped: 1 })
    expect(await openToken(before, adas)).toBe('CANARY')
    expect(await during.rewrap('agency_a')).toEqual({ rewrapped: 0 })
    const after = startVault({ keyStore, secretKey: next }).vault
    expect(await openToken(after, adas)).toBe('CANARY')
    expect(await openToken(after, bobs, {}, bob)).toBe('CANARY')
  })

  test('re-wraps more than a batch, other agencies not', async () => {
    const keyStore = createMemoryKeyStore()
    const [old, next] = [newKey(), newKey()]
    const before = startVault({ keyStore, secretKey: old }).vault
    for (let index = 0; index < 250; index += 1) await sealToken(before, { ...ada, creatorId: `creator_${index}` })
    await sealToken(before, { ...ada, agencyId: 'agency_b' })
    const during = startVault({ keyStore, secretKey: { active: 'next', keys: { next, old } } }).vault
    expect(await during.rewrap('agency_a')).toEqual({ rewrapped: 250 })
  })

  test('without the old key says which one is missing', async () => {
    const keyStore = createMemoryKeyStore()
    const { vault, keyRing } = startVault({ keyStore })
    const sealed = await sealToken(vault)
    const after = startVault({ keyStore }).vault
    await expect(openToken(after, sealed)).rejects.toThrow(unreadable)
    await expect(openToken(after, sealed)).rejects.toThrow(keyRing.activeId)
  })
})

describe('destroying the keys of a creator', () => {
  test('makes what they sealed unreadable and seals nothing new', async () => {
    const { vault, keyStore } = startVault()
    const sealed = await sealToken(vault)
    const bobs = await sealToken(vault, bob)
    await vault.destroy(ada)
    await expect(openToken(vault, sealed)).rejects.toThrow(erased)
    await expect(sealToken(vault)).rejects.toThrow(erased)
    expect(await openToken(vault, bobs, {}, bob)).toBe('CANARY')
    expect(keyStore.keys.get(sealed.keyId)?.wrapped.length).toBe(0)
  })

  test('reaches another process when its cache ends', async () => {
    const keyStore = createMemoryKeyStore()
    const secretKey = newKey()
    const { vault } = startVault({ keyStore, secretKey })
    const other = startVault({ keyStore, secretKey })
    const sealed = await sealToken(other.vault)
    await vault.destroy(ada)
    other.passTime(300_000)
    await expect(openToken(other.vault, sealed)).rejects.toThrow(erased)
    await expect(sealToken(other.vault)).rejects.toThrow(erased)
  })

  test('also holds for a creator that never had a key', async () => {
    const { vault } = startVault()
    await vault.destroy(ada)
    await expect(sealToken(vault)).rejects.toThrow(erased)
  })
})
