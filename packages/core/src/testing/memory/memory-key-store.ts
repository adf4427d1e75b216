import type { KeyStore, WrappedKey } from '../../secrets/key-store.ts'

/** A key store in memory, for tests. `keys` is what it holds, to be looked at and spoiled. */
export function createMemoryKeyStore(): KeyStore & {
  readonly keys: Map<string, WrappedKey>
  readonly calls: string[]
} {
  const keys = new Map<string, WrappedKey>()
  const calls: string[] = []
  const ofCreator = (owner: { readonly agencyId: string; readonly creatorId: string }) =>
    [...keys.values()].filter((key) => key.agencyId === owner.agencyId && key.creatorId === owner.creatorId)
  return {
    keys,
    calls,
    async readActive(owner) {
      calls.push('readActive')
      return ofCreator(owner).at(-1) ?? null
    },
    async read({ agencyId, keyId }) {
      calls.push('read')
      const key = keys.get(keyId)
      return key?.agencyId === agencyId ? key : null
    },
    async add(key) {
      calls.push('add')
      const winner = ofCreator(key).at(-1)
      if (winner) return winner
      const added = { ...key, destroyedAt: null }
      keys.set(key.keyId, added)
      return added
    },
    async readWrappedByOthers(agencyId, { wrappedBy, limit }) {
      const others = [...keys.values()].filter(
        (key) => key.agencyId === agencyId && key.wrappedBy !== wrappedBy && !key.destroyedAt,
      )
      return others.slice(0, limit)
    },
    async rewrap(key, from) {
      const known = keys.get(key.keyId)
      if (known?.wrappedBy !== from.wrappedBy || known.destroyedAt) return false
      keys.set(key.keyId, { ...key, destroyedAt: null })
      return true
    },
    async destroy(owner) {
      const destroyedAt = new Date(0)
      const theirs = ofCreator(owner)
      for (const key of theirs) keys.set(key.keyId, { ...key, wrapped: new Uint8Array(), destroyedAt })
      if (theirs.length > 0) return
      const keyId = `destroyed ${owner.creatorId}`
      keys.set(keyId, { ...owner, keyId, wrappedBy: '', wrapped: new Uint8Array(), destroyedAt })
    },
  }
}
