/** A wrapped data key of one creator. */
export interface WrappedKey {
  readonly keyId: string
  readonly agencyId: string
  readonly creatorId: string
  /** Id of the key that wraps it. */
  readonly wrappedBy: string
  readonly wrapped: Uint8Array
  readonly destroyedAt: Date | null
}

/** Where wrapped data keys live. Default: a table beside the data; another database lets its backups expire earlier. */
export interface KeyStore {
  /** The creator's newest key, or null when it has none yet. */
  readActive(owner: { readonly agencyId: string; readonly creatorId: string }): Promise<WrappedKey | null>
  read(owner: { readonly agencyId: string; readonly keyId: string }): Promise<WrappedKey | null>
  /** Stores a first or newer key. When two processes race, both get the one that won. */
  add(key: Omit<WrappedKey, 'destroyedAt'>): Promise<WrappedKey>
  /** Destroys all keys of a creator; leaves a tombstone. */
  destroy(owner: { readonly agencyId: string; readonly creatorId: string }): Promise<void>
}
