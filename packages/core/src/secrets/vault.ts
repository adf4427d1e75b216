import { Secret } from '../platform/secret.ts'
import { SocialError } from '../social-error.ts'
import { createKeyCache } from './key-cache.ts'
import type { KeyRing } from './key-ring.ts'
import type { KeyStore, WrappedKey } from './key-store.ts'
import { keyBytes, openBox, type RandomBytes, seal, toAad } from './seal.ts'

/** Whose secrets: each creator has a data key of their own. */
export interface SecretOwner {
  readonly agencyId: string
  readonly creatorId: string
}

/** Seals one field of the row. */
export type SealField = (field: string, secret: Secret) => Uint8Array

/** Where a box lies: it opens nowhere else. */
export interface SealedPlace {
  readonly keyId: string
  /** Id of the row that holds it. */
  readonly rowId: string
  readonly field: string
}

/** Seals and opens secrets of creators. */
export interface Vault {
  /**
   * Seals fields of one row with one data key, which is made on first use. `toBoxes` seals what it needs, at once.
   *
   * @throws {SocialError} `erased` for a creator whose keys were destroyed.
   */
  seal<Boxes extends object>(
    owner: SecretOwner,
    rowId: string,
    toBoxes: (sealField: SealField) => Boxes,
  ): Promise<Boxes & { readonly keyId: string }>
  /** @throws {SocialError} `secret_unreadable`, or `erased`. */
  open(owner: SecretOwner, place: SealedPlace, box: Uint8Array): Promise<Secret>
  /** Wraps the data keys of an agency with the active key, where another one wraps them. Touches no sealed value; may be repeated. */
  rewrap(agencyId: string): Promise<{ readonly rewrapped: number }>
  /** Destroys all data keys of a creator: what they sealed can be read by nobody, and nothing new is sealed. */
  destroy(owner: SecretOwner): Promise<void>
}

export interface VaultDependencies {
  readonly keyStore: KeyStore
  readonly keyRing: KeyRing
  readonly randomBytes: RandomBytes
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number
}

/** Unwrapped keys that a process holds at most, and how long: the time in which another process notices that keys were destroyed. */
const cacheCountMax = 10_000
const cacheLifeMs = 300_000
const rewrapBatch = 100

export function createVault({ keyStore, keyRing, randomBytes, monotonicNow }: VaultDependencies): Vault {
  const limits = { countMax: cacheCountMax, lifeMs: cacheLifeMs, monotonicNow }
  const keys = createKeyCache<DataKey>({ ...limits, onLeave: ({ bytes }) => bytes.fill(0) })
  const activeIds = createKeyCache<string>(limits)

  /** The key must be used in the same turn: it is zeroed when it leaves the cache. */
  function unwrap(row: WrappedKey): DataKey {
    if (row.destroyedAt) throw new SocialError('erased', `The secrets of creator ${row.creatorId} were erased.`)
    const key = { ...toRef(row), bytes: keyRing.unwrap(row.wrapped, row) }
    keys.set(toCacheId(row.agencyId, row.keyId), key)
    return key
  }

  async function useKey<Result>(owner: SecretOwner, keyId: string, use: (key: DataKey) => Result): Promise<Result> {
    const cached = keys.get(toCacheId(owner.agencyId, keyId))
    if (cached) return use(cached)
    const row = await keyStore.read({ agencyId: owner.agencyId, keyId })
    if (row) return use(unwrap(row))
    throw new SocialError(
      'secret_unreadable',
      `The data key ${keyId} of creator ${owner.creatorId} is not in the key store.`,
    )
  }

  async function useActiveKey<Result>(owner: SecretOwner, use: (key: DataKey) => Result): Promise<Result> {
    const cacheId = toCacheId(owner.agencyId, owner.creatorId)
    const cached = activeIds.get(cacheId)
    if (cached) return useKey(owner, cached, use)
    const row = (await keyStore.readActive(owner)) ?? (await addKey(owner))
    const key = unwrap(row)
    activeIds.set(cacheId, row.keyId)
    return use(key)
  }

  async function addKey(owner: SecretOwner): Promise<WrappedKey> {
    const ref = { ...owner, keyId: `key_${Buffer.from(randomBytes(16)).toString('base64url')}` }
    const bytes = randomBytes(keyBytes)
    const wrapped = keyRing.wrap(bytes, ref)
    bytes.fill(0)
    return keyStore.add({ ...ref, wrappedBy: keyRing.activeId, wrapped })
  }

  return {
    seal: (owner, rowId, toBoxes) =>
      useActiveKey(owner, ({ keyId, bytes }) => {
        const boxes = toBoxes((field, secret) => {
          const aad = toBoxAad(owner, { keyId, rowId, field })
          return seal(bytes, Buffer.from(secret.reveal()), { aad, randomBytes })
        })
        return { ...boxes, keyId }
      }),
    open: (owner, place, box) =>
      useKey(owner, place.keyId, ({ bytes }) => {
        const plain = openBox(bytes, box, toBoxAad(owner, place))
        return new Secret(Buffer.from(plain).toString())
      }),
    rewrap: (agencyId) => rewrapAll(agencyId, { keyStore, keyRing }),
    async destroy(owner) {
      await keyStore.destroy(owner)
      keys.drop((key) => key.agencyId === owner.agencyId && key.creatorId === owner.creatorId)
    },
  }
}

interface DataKey extends SecretOwner {
  readonly keyId: string
  readonly bytes: Uint8Array
}

/** Resumable: what was done stays done, and a key that another process re-wrapped or destroyed meanwhile is left alone. */
async function rewrapAll(
  agencyId: string,
  { keyStore, keyRing }: Pick<VaultDependencies, 'keyStore' | 'keyRing'>,
): Promise<{ readonly rewrapped: number }> {
  const wrappedBy = keyRing.activeId
  let rewrapped = 0
  for (;;) {
    const rows = await keyStore.readWrappedByOthers(agencyId, { wrappedBy, limit: rewrapBatch })
    let changed = 0
    for (const row of rows) {
      const bytes = keyRing.unwrap(row.wrapped, row)
      const ref = toRef(row)
      const wrapped = keyRing.wrap(bytes, ref)
      bytes.fill(0)
      if (await keyStore.rewrap({ ...ref, wrappedBy, wrapped }, { wrappedBy: row.wrappedBy })) changed += 1
    }
    rewrapped += changed
    if (changed === 0) return { rewrapped }
  }
}

function toRef({ agencyId, creatorId, keyId }: WrappedKey) {
  return { agencyId, creatorId, keyId }
}

function toCacheId(agencyId: string, id: string): string {
  return `${agencyId} ${id}`
}

function toBoxAad(owner: SecretOwner, { keyId, rowId, field }: SealedPlace): Uint8Array {
  return toAad('ofm.box.v1', owner.agencyId, owner.creatorId, rowId, field, keyId)
}
