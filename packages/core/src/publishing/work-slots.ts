import type { AccountId, PublicationId } from '../model/ids.ts'
import type { PublishingStore } from './publishing-store.ts'

/** How much runs at once. */
export interface Concurrency {
  readonly total: number
  readonly perPlatform: number
  readonly perAccount: number
}

export type DueWork = Awaited<ReturnType<PublishingStore['readDue']>>['due'][number]

/** What is being worked on, and where there is room for more. */
export interface WorkSlots {
  readonly size: number
  /** Whether it is being worked on. */
  has(due: DueWork): boolean
  /** Whether it may begin. */
  hasRoom(due: DueWork): boolean
  /** What `readDue` may leave out. */
  full(): { readonly excludeAccounts: readonly AccountId[]; readonly excludePlatforms: readonly string[] }
  /** Occupies a slot until the work has ended, however it ends. */
  occupy(due: DueWork, work: Promise<void>): Promise<void>
  /** All that is being worked on. */
  running(): readonly Promise<void>[]
}

export function createWorkSlots(concurrency: Concurrency): WorkSlots {
  const active = new Map<PublicationId, DueWork & { readonly done: Promise<void> }>()
  const fullOf = <Key>(of: (entry: DueWork) => Key, max: number): Key[] => {
    const counts = new Map<Key, number>()
    for (const entry of active.values()) counts.set(of(entry), (counts.get(of(entry)) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= max).map(([key]) => key)
  }
  const full: WorkSlots['full'] = () => ({
    excludeAccounts: fullOf((entry) => entry.accountId, concurrency.perAccount),
    excludePlatforms: fullOf((entry) => entry.platform, concurrency.perPlatform),
  })
  return {
    get size() {
      return active.size
    },
    full,
    has: ({ publicationId }) => active.has(publicationId),
    hasRoom(due) {
      const { excludeAccounts, excludePlatforms } = full()
      const free = !excludeAccounts.includes(due.accountId) && !excludePlatforms.includes(due.platform)
      return free && active.size < concurrency.total && !active.has(due.publicationId)
    },
    occupy(due, work) {
      const done = work.finally(() => active.delete(due.publicationId))
      active.set(due.publicationId, { ...due, done })
      return done
    },
    running: () => [...active.values()].map((entry) => entry.done),
  }
}
