import type { AccountId, PublicationId } from '../model/ids.ts'
import type { Advance } from './advance.ts'
import type { PublishingStore } from './publishing-store.ts'

export interface RunnerDependencies {
  readonly store: Pick<PublishingStore, 'readDue'>
  readonly advance: Advance
  /** Monotonic milliseconds. */
  readonly monotonic: () => number
  /** Runs once after so many milliseconds; returns how to stop it. */
  readonly after: (ms: number, run: () => void) => () => void
  readonly concurrency: { readonly total: number; readonly perPlatform: number; readonly perAccount: number }
  readonly log: (entry: {
    readonly level: 'info' | 'warn' | 'error'
    readonly message: string
    readonly [name: string]: unknown
  }) => void
}

/** Runs what is due in this process. Leases make it safe beside other runners and Temporal. */
export interface Runner {
  start(): void
  /** Something may be due now. */
  wake(): void
  /** No new work; aborts preparations, waits for writes, at most so long. */
  stop(graceMs: number): Promise<void>
  /** Runs what is due now for at most so long; beside a running runner as well. */
  tick(maxMs: number): Promise<{ readonly advanced: number; readonly nextDueInMs: number | null }>
}

/** Posts of other processes and of the host's own transactions are noticed within this time. */
const POLL_MS = 1_000
/** Shortest useful wait, so that a due time a moment ahead does not spin. */
const WAIT_MIN_MS = 5
/** After a failing database. */
const FAILING_POLL_MS = 5_000

type Due = Awaited<ReturnType<PublishingStore['readDue']>>['due'][number]

export function createRunner(dependencies: RunnerDependencies): Runner {
  const { store, advance, monotonic, after, concurrency, log } = dependencies
  const active = new Map<
    PublicationId,
    { readonly accountId: AccountId; readonly platform: string; readonly done: Promise<void> }
  >()
  let state: 'idle' | 'running' | 'stopping' = 'idle'
  let stopping = new AbortController()
  let pumping: Promise<void> | undefined
  let again = false
  let cancelTimer = (): void => undefined

  const full = <Key>(of: (entry: { accountId: AccountId; platform: string }) => Key, max: number): Key[] => {
    const counts = new Map<Key, number>()
    for (const entry of active.values()) counts.set(of(entry), (counts.get(of(entry)) ?? 0) + 1)
    return [...counts].filter(([, count]) => count >= max).map(([key]) => key)
  }

  const hasRoom = (due: Due): boolean =>
    active.size < concurrency.total &&
    !active.has(due.publicationId) &&
    !full((entry) => entry.accountId, concurrency.perAccount).includes(due.accountId) &&
    !full((entry) => entry.platform, concurrency.perPlatform).includes(due.platform)

  const run = async (due: Due): Promise<void> => {
    try {
      for (;;) {
        const result = await advance(due.publicationId, { signal: stopping.signal })
        if (result.waitMs !== 0 || state !== 'running') return
      }
    } catch (error) {
      log({
        level: 'error',
        message: 'advancing failed; its lease ends by itself',
        publicationId: due.publicationId,
        error: nameOf(error),
      })
    }
  }

  const begin = (due: Due): void => {
    const done = run(due).finally(() => {
      active.delete(due.publicationId)
      pump()
    })
    active.set(due.publicationId, { accountId: due.accountId, platform: due.platform, done })
  }

  const fill = async (): Promise<number> => {
    for (;;) {
      const room = concurrency.total - active.size
      if (room <= 0 || state !== 'running') return POLL_MS
      const { due, nextDueInMs } = await store.readDue({
        limit: room + active.size,
        excludeAccounts: full((entry) => entry.accountId, concurrency.perAccount),
        excludePlatforms: full((entry) => entry.platform, concurrency.perPlatform),
      })
      let begun = 0
      for (const item of due) {
        if (state !== 'running' || !hasRoom(item)) continue
        begin(item)
        begun += 1
      }
      if (begun === 0) return Math.max(WAIT_MIN_MS, Math.min(nextDueInMs ?? POLL_MS, POLL_MS))
    }
  }

  const pump = (): void => {
    if (state !== 'running') return
    if (pumping) {
      again = true
      return
    }
    cancelTimer()
    pumping = fill()
      .catch((error: unknown) => {
        log({ level: 'error', message: 'due work could not be read', error: nameOf(error) })
        return FAILING_POLL_MS
      })
      .then((waitMs) => {
        pumping = undefined
        if (state !== 'running') return
        if (again) {
          again = false
          pump()
        } else cancelTimer = after(waitMs, pump)
      })
  }

  return {
    start() {
      if (state === 'running') return
      state = 'running'
      stopping = new AbortController()
      pump()
    },
    wake: pump,
    async stop(graceMs) {
      if (state === 'idle') return
      state = 'stopping'
      cancelTimer()
      stopping.abort(new Error('shutting down'))
      let endGrace = (): void => undefined
      const grace = new Promise<void>((resolve) => {
        endGrace = after(graceMs, resolve)
      })
      await Promise.race([grace, Promise.all([pumping, ...[...active.values()].map((entry) => entry.done)])])
      endGrace()
      state = 'idle'
    },
    tick: (maxMs) => runTick(dependencies, maxMs, monotonic),
  }
}

/** One pass after another over what is due, until nothing is or the time is over. */
async function runTick(
  { store, advance, concurrency, log }: RunnerDependencies,
  maxMs: number,
  monotonic: () => number,
): Promise<{ advanced: number; nextDueInMs: number | null }> {
  const end = monotonic() + maxMs
  const tried = new Set<PublicationId>()
  let advanced = 0
  const runOne = async (due: Due): Promise<void> => {
    tried.add(due.publicationId)
    try {
      while (monotonic() < end) {
        const result = await advance(due.publicationId, { budgetMs: end - monotonic() })
        advanced += 1
        if (result.waitMs !== 0) return
      }
    } catch (error) {
      log({
        level: 'error',
        message: 'advancing failed; its lease ends by itself',
        publicationId: due.publicationId,
        error: nameOf(error),
      })
    }
  }
  for (;;) {
    const { due, nextDueInMs } = await store.readDue({
      limit: concurrency.total + tried.size,
      excludeAccounts: [],
      excludePlatforms: [],
    })
    const fresh = firstOfEachAccount(
      due.filter((item) => !tried.has(item.publicationId)),
      concurrency.total,
    )
    if (fresh.length === 0 || monotonic() >= end) return { advanced, nextDueInMs: due.length > 0 ? 0 : nextDueInMs }
    await Promise.all(fresh.map(runOne))
  }
}

function firstOfEachAccount(due: readonly Due[], limit: number): readonly Due[] {
  const seen = new Set<AccountId>()
  return due.filter((item) => !seen.has(item.accountId) && seen.add(item.accountId)).slice(0, limit)
}

const nameOf = (error: unknown): string => (error instanceof Error ? `${error.name}: ${error.message}` : String(error))
