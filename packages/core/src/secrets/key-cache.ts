/** Keeps a value for a while: at most so many, the least recently used leaves first. */
export interface KeyCache<Value> {
  get(id: string): Value | undefined
  set(id: string, value: Value): void
  /** Drops all that match. */
  drop(matches: (value: Value) => boolean): void
}

export interface KeyCacheOptions<Value> {
  readonly countMax: number
  readonly lifeMs: number
  /** Monotonic milliseconds. */
  readonly monotonicNow: () => number
  /** Called for each value that leaves. */
  readonly onLeave?: (value: Value) => void
}

export function createKeyCache<Value>({
  countMax,
  lifeMs,
  monotonicNow,
  onLeave,
}: KeyCacheOptions<Value>): KeyCache<Value> {
  /** In order of use: the first is the least recently used. */
  const entries = new Map<string, { readonly value: Value; readonly endsAt: number }>()
  const remove = (id: string) => {
    const entry = entries.get(id)
    if (entry && entries.delete(id)) onLeave?.(entry.value)
  }
  return {
    get(id) {
      const entry = entries.get(id)
      if (!entry) return undefined
      if (entry.endsAt <= monotonicNow()) {
        remove(id)
        return undefined
      }
      entries.delete(id)
      entries.set(id, entry)
      return entry.value
    },
    set(id, value) {
      remove(id)
      entries.set(id, { value, endsAt: monotonicNow() + lifeMs })
      for (const oldest of entries.keys()) {
        if (entries.size <= countMax) break
        remove(oldest)
      }
    },
    drop(matches) {
      for (const [id, { value }] of entries) if (matches(value)) remove(id)
    },
  }
}
