/** A wrapped data key of one creator. */
export interface WrappedKey {
  readonly keyId: string
  readonly agencyId: string
  readonly creatorId: string
  /** Id of the key that wraps it. */
  readonly wrappedBy: string
  /** Empty once it is destroyed. */
  readonly wrapped: Uint8Array
  /** Set on the tombstone of a key that was destroyed. */
  readonly destroyedAt: Date | null
}

/** Where wrapped data keys live. Default: a table beside the data; another database lets its backups expire earlier. */
export interface KeyStore {
  /** The creator's newest key, or null when it has none yet. After `destroy` the tombstone. */
  readActive(owner: { readonly agencyId: string; readonly creatorId: string }): Promise<WrappedKey | null>
  /** One key, or its tombstone; null when there is none in this agency. */
  read(owner: { readonly agencyId: string; readonly keyId: string }): Promise<WrappedKey | null>
  /**
   * Stores the first key of a creator, in a transaction of its own. When the creator has one already, that one is returned instead: two processes that
   * race both get the one that won. A creator whose keys were destroyed gets no new one: the tombstone is returned.
   */
  add(key: Omit<WrappedKey, 'destroyedAt'>): Promise<WrappedKey>
  /** Keys of an agency that are wrapped by another key than this one, without tombstones. For a rotation. */
  readWrappedByOthers(
    agencyId: string,
    options: { readonly wrappedBy: string; readonly limit: number },
  ): Promise<readonly WrappedKey[]>
  /** Replaces the wrapping of a key, if it is still the one that `from` names. False when it is not, or the key was destroyed. */
  rewrap(key: Omit<WrappedKey, 'destroyedAt'>, from: { readonly wrappedBy: string }): Promise<boolean>
  /** Destroys all keys of a creator; leaves a tombstone, also where there was no key. */
  destroy(owner: { readonly agencyId: string; readonly creatorId: string }): Promise<void>
}
