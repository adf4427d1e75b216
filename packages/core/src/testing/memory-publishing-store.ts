import type { Hold } from '../model/hold.ts'
import type { PublicationId } from '../model/ids.ts'
import type { PublicationRecord } from '../model/publication.ts'
import { toBegunAttempt } from '../publishing/begin-attempt.ts'
import type { Change, Claim, PartContent, PublishingStore } from '../publishing/publishing-store.ts'
import { yieldLikeness } from '../publishing/yield-likeness.ts'
import {
  createMemoryRows,
  LikenessIsOut,
  type MemoryAccount,
  type MemoryEvent,
  type MemoryRow,
  putHold,
} from './memory-publishing-rows.ts'

/**
 * The publishing store in memory: one transaction at a time, the same verdicts as in Postgres (the mirrored walks compare them). For properties over many
 * interleavings.
 */
export interface MemoryPublishingStore extends PublishingStore {
  add(publication: PublicationRecord, contents: readonly PartContent[]): void
  read(id: PublicationId): PublicationRecord
  /** A command: the verdict's change, in one transaction. Contents of a new revision may come with it. */
  command(
    id: PublicationId,
    decide: (publication: PublicationRecord, now: number) => Change | null,
    contents?: readonly PartContent[],
  ): boolean
  runAt(id: PublicationId): number | null
  /** 0: nobody's. */
  leaseUntil(id: PublicationId): number
  account(id: string): Readonly<MemoryAccount> & { readonly holds: readonly Hold[] }
  setAccount(id: string, changes: Partial<MemoryAccount>): void
  addHold(accountId: string, hold: Hold): void
  /** Ends the holds that reach the account beyond one publication, but those. */
  keepHolds(accountId: string, keep: (hold: Hold) => boolean): void
  readonly events: readonly MemoryEvent[]
  all(): readonly PublicationRecord[]
}

/** @param begin What S2 checks; another one for tests that show what its guards are for. */
export function createMemoryPublishingStore(now: () => number, begin = toBegunAttempt): MemoryPublishingStore {
  const tables = createMemoryRows(now)
  const { rows, row, account, conditionsOf, write } = tables
  return {
    events: tables.events,
    add(publication, contents) {
      rows.set(publication.id, {
        publication,
        contents: new Map([[publication.revision, contents]]),
        runAt: publication.dueAt - publication.leadMs,
        fence: 0,
        leaseUntil: null,
        publishedAt: null,
      })
    },
    command(id, decide, contents) {
      const entry = row(id)
      const change = decide(entry.publication, now())
      if (!change) return false
      write(entry, change)
      if (contents) entry.contents.set(entry.publication.revision, contents)
      return true
    },
    read: (id) => row(id).publication,
    runAt: (id) => row(id).runAt,
    leaseUntil: (id) => row(id).leaseUntil ?? 0,
    all: () => [...rows.values()].map((entry) => entry.publication),
    account: (id) => ({
      ...account(id),
      holds: tables.holds.filter(({ key }) => key === id).map(({ hold }) => hold),
    }),
    setAccount: (id, changes) => void Object.assign(account(id), changes),
    addHold: (accountId, hold) => putHold(tables, accountId, hold),
    keepHolds: (accountId, keep) => {
      tables.holds = tables.holds.filter(({ key, hold }) => key !== accountId || keep(hold))
    },
    readDue: async (query) => readDue([...rows.values()], query, now()),
    async findKey(publicationId) {
      const found = rows.get(publicationId)
      return found ? { agencyId: found.publication.agencyId, publicationId } : null
    },
    async claim(key, _owner, leaseMs): Promise<Claim | { busyForMs: number } | null> {
      const entry = rows.get(key.publicationId)
      if (!entry) return null
      if (isLeased(entry, now())) return { busyForMs: (entry.leaseUntil ?? 0) - now() }
      entry.fence += 1
      entry.leaseUntil = now() + leaseMs
      const { publication, fence, leaseUntil } = entry
      const conditions = conditionsOf(publication)
      return { key, fence, leaseUntil, now: now(), publication, conditions, trace: null, account: null }
    },
    async renew(key, fence, leaseMs) {
      const entry = row(key.publicationId)
      if (entry.fence !== fence || entry.leaseUntil === null) return false
      entry.leaseUntil = Math.max(entry.leaseUntil, now() + leaseMs)
      return true
    },
    async beginAttempt(input) {
      const entry = row(input.key.publicationId)
      if (entry.fence !== input.fence || !isLeased(entry, now())) return null
      const change = begin(entry.publication, now(), conditionsOf(entry.publication), input)
      if (!change) return null
      write(entry, change)
      const attempt = entry.publication.parts[input.partIndex]?.attempts.at(-1)
      if (!attempt) return null
      entry.leaseUntil = Math.max(entry.leaseUntil ?? 0, attempt.leaseUntil)
      const { number, startedAt } = attempt
      return { attemptId: attempt.id, number, startedAt, leaseUntil: entry.leaseUntil }
    },
    async ownsAttempt(key, fence, attemptId) {
      const entry = row(key.publicationId)
      const part = entry.publication.parts.find((candidate) => candidate.attempts.at(-1)?.id === attemptId)
      const attempt = part?.attempts.at(-1)
      const ours = entry.fence === fence && attempt?.fence === fence && isLeased(entry, now())
      return ours && part?.state === 'publishing' && attempt.outcome === 'open' && attempt.verdict === null
    },
    async change(key, guard, transition) {
      const entry = row(key.publicationId)
      const guarded =
        (guard.fence === undefined || guard.fence === entry.fence) &&
        (guard.version === undefined || guard.version === entry.publication.version)
      const apply = (applied: typeof transition): PublicationRecord | null => {
        const change = applied(entry.publication, now(), conditionsOf(entry.publication))
        if (change) write(entry, change)
        return change ? entry.publication : null
      }
      const changed = guarded ? yielding(apply, transition) : null
      if (guard.release !== undefined && guard.release === entry.fence) entry.leaseUntil = null
      return changed
    },
    async readContent(key, revision, partIndex) {
      const content = row(key.publicationId).contents.get(revision)?.[partIndex]
      if (!content) throw new Error(`no content for part ${partIndex}`)
      return content
    },
    saveCheckpoint: async (key, fence, partIndex, checkpoint) =>
      saveCheckpoint(row(key.publicationId), fence, partIndex, checkpoint, now()),
    readRivals: async (key, partIndex, since) => tables.rivalsOf(row(key.publicationId).publication, partIndex, since),
    readFacts: async (key) => account(row(key.publicationId).publication.accountId).facts,
    saveFacts: async (key, facts) => {
      account(row(key.publicationId).publication.accountId).facts = facts
    },
    saveRateWindows: async () => undefined,
  }
}

const isLeased = (entry: MemoryRow, now: number): boolean => entry.leaseUntil !== null && entry.leaseUntil > now

/** Truth is stored also when its likeness has gone out again meanwhile. */
function yielding<Result>(
  apply: (transition: Parameters<PublishingStore['change']>[2]) => Result,
  transition: Parameters<PublishingStore['change']>[2],
): Result {
  try {
    return apply(transition)
  } catch (error) {
    if (!(error instanceof LikenessIsOut)) throw error
    return apply(yieldLikeness(transition))
  }
}

async function readDue(
  rows: readonly MemoryRow[],
  { limit, excludeAccounts, excludePlatforms }: Parameters<PublishingStore['readDue']>[0],
  now: number,
): ReturnType<PublishingStore['readDue']> {
  const at = (entry: MemoryRow): number => Math.max(entry.runAt ?? 0, entry.leaseUntil ?? 0)
  const waiting = rows.filter(
    (entry) =>
      entry.runAt !== null &&
      !excludeAccounts.includes(entry.publication.accountId) &&
      !excludePlatforms.includes(entry.publication.platform),
  )
  const next = waiting.filter((entry) => at(entry) > now).map((entry) => at(entry) - now)
  return {
    due: waiting
      .filter((entry) => at(entry) <= now)
      .slice(0, limit)
      .map(({ publication: { agencyId, id, accountId, platform } }) => ({
        agencyId,
        publicationId: id,
        accountId,
        platform,
      })),
    nextDueInMs: next.length === 0 ? null : Math.min(...next),
  }
}

function saveCheckpoint(
  entry: MemoryRow,
  fence: number,
  partIndex: number,
  { fingerprint, value, progress }: Parameters<PublishingStore['saveCheckpoint']>[3],
  now: number,
): boolean {
  const mine = entry.publication.parts[partIndex]
  if (entry.fence !== fence || !isLeased(entry, now) || mine?.fingerprint !== fingerprint) return false
  const { status } = mine.preparation
  const preparation = {
    ...mine.preparation,
    status: status === 'none' ? ('running' as const) : status,
    checkpoint: value,
    progress,
    fingerprint,
  }
  const parts = entry.publication.parts.map((part) => (part.index === partIndex ? { ...part, preparation } : part))
  entry.publication = { ...entry.publication, parts }
  return true
}
