import type { Hold } from '../model/hold.ts'
import type { PublicationId } from '../model/ids.ts'
import type { PublicationRecord } from '../model/publication.ts'
import { toBegunAttempt } from '../publishing/begin-attempt.ts'
import { currentPart } from '../publishing/part-state.ts'
import type {
  Change,
  Checkpoint,
  Claim,
  Conditions,
  PartContent,
  PublishingStore,
} from '../publishing/publishing-store.ts'
import type { PublishLimits } from '../publishing/rate-hold.ts'
import { yieldLikeness } from '../publishing/yield-likeness.ts'
import {
  accountOf,
  conditionsOf,
  createMemoryTables,
  LikenessIsOut,
  type MemoryAccount,
  type MemoryEvent,
  type MemoryRow,
  type MemoryTables,
  putHold,
  rivalsOf,
  rowOf,
  writeChange,
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
  /** What is used up for a publication. */
  usedUp(id: PublicationId, limits?: PublishLimits): Conditions['windows']
  readonly events: readonly MemoryEvent[]
  all(): readonly PublicationRecord[]
}

/** @param begin What S2 checks; another one for tests that show what its guards are for. */
export function createMemoryPublishingStore(now: () => number, begin = toBegunAttempt): MemoryPublishingStore {
  const tables = createMemoryTables(now)
  return {
    ...createPeople(tables),
    ...createLeases(tables),
    ...createChanges(tables, begin),
    readDue: async (query) => readDue([...tables.rows.values()], query, now()),
    async readContent(key, { revision, partIndex }) {
      const content = rowOf(tables, key.publicationId).contents.get(revision)?.[partIndex]
      if (!content) throw new Error(`no content for part ${partIndex}`)
      return content
    },
    saveCheckpoint: async (key, checkpoint) => saveCheckpoint(rowOf(tables, key.publicationId), checkpoint, now()),
    readRivals: async (key, of) => rivalsOf(tables, rowOf(tables, key.publicationId).publication, of),
    readFacts: async (key) => accountOf(tables, rowOf(tables, key.publicationId).publication.accountId).facts,
    saveFacts: async (key, facts) => {
      accountOf(tables, rowOf(tables, key.publicationId).publication.accountId).facts = facts
    },
  }
}

/** What is written and read beside the engine. */
function createPeople(tables: MemoryTables): Omit<MemoryPublishingStore, keyof PublishingStore> {
  return {
    events: tables.events,
    add(publication, contents) {
      tables.rows.set(publication.id, {
        publication,
        contents: new Map([[publication.revision, contents]]),
        runAt: publication.dueAt - publication.leadMs,
        fence: 0,
        leaseUntil: null,
        publishedAt: null,
      })
    },
    command(id, decide, contents) {
      const row = rowOf(tables, id)
      const change = decide(row.publication, tables.now())
      if (!change) return false
      writeChange(tables, row, change)
      if (contents) row.contents.set(row.publication.revision, contents)
      return true
    },
    read: (id) => rowOf(tables, id).publication,
    runAt: (id) => rowOf(tables, id).runAt,
    leaseUntil: (id) => rowOf(tables, id).leaseUntil ?? 0,
    all: () => [...tables.rows.values()].map(({ publication }) => publication),
    account: (id) => ({
      ...accountOf(tables, id),
      holds: tables.holds.filter(({ key }) => key === id).map(({ hold }) => hold),
    }),
    setAccount: (id, changes) => void Object.assign(accountOf(tables, id), changes),
    usedUp: (id, limits) => conditionsOf(tables, rowOf(tables, id).publication, limits).windows,
    addHold: (accountId, hold) => putHold(tables, accountId, hold),
    keepHolds: (accountId, keep) => {
      tables.holds = tables.holds.filter(({ key, hold }) => key !== accountId || keep(hold))
    },
  }
}

function contentOfNext({ publication, contents }: MemoryRow): Claim['content'] {
  const partIndex = currentPart(publication)?.index ?? -1
  const content = contents.get(publication.revision)?.[partIndex]
  return content ? { partIndex, request: content.request } : null
}

/** Who works on a publication: fences and leases. */
function createLeases(tables: MemoryTables): Pick<PublishingStore, 'findKey' | 'claim' | 'renew' | 'ownsAttempt'> {
  const { now, rows } = tables
  return {
    async findKey(publicationId) {
      const found = rows.get(publicationId)
      return found ? { agencyId: found.publication.agencyId, publicationId } : null
    },
    async claim(key, { leaseMs, limits }) {
      const row = rows.get(key.publicationId)
      if (!row) return null
      if (isLeased(row, now())) return { busyForMs: (row.leaseUntil ?? 0) - now() }
      row.fence += 1
      row.leaseUntil = now() + leaseMs
      const { publication, fence, leaseUntil } = row
      const conditions = conditionsOf(tables, publication, limits)
      const content = contentOfNext(row)
      return { key, fence, leaseUntil, now: now(), publication, conditions, trace: null, account: null, content }
    },
    async renew(key, { fence, leaseMs }) {
      const row = rowOf(tables, key.publicationId)
      if (row.fence !== fence || row.leaseUntil === null) return false
      row.leaseUntil = Math.max(row.leaseUntil, now() + leaseMs)
      return true
    },
    async ownsAttempt(key, { fence, attemptId }) {
      const row = rowOf(tables, key.publicationId)
      const part = row.publication.parts.find((candidate) => candidate.attempts.at(-1)?.id === attemptId)
      const attempt = part?.attempts.at(-1)
      const ours = row.fence === fence && attempt?.fence === fence && isLeased(row, now())
      return ours && part?.state === 'publishing' && attempt.outcome === 'open' && attempt.verdict === null
    },
  }
}

function createChanges(
  tables: MemoryTables,
  begin: typeof toBegunAttempt,
): Pick<PublishingStore, 'beginAttempt' | 'change'> {
  const { now } = tables
  return {
    async beginAttempt(input) {
      const row = rowOf(tables, input.key.publicationId)
      if (row.fence !== input.fence || !isLeased(row, now())) return null
      const change = begin(row.publication, now(), conditionsOf(tables, row.publication, input.limits), input)
      if (!change) return null
      writeChange(tables, row, change)
      const attempt = row.publication.parts[input.partIndex]?.attempts.at(-1)
      if (!attempt) return null
      row.leaseUntil = Math.max(row.leaseUntil ?? 0, attempt.leaseUntil)
      const { number, startedAt } = attempt
      return { attemptId: attempt.id, number, startedAt, leaseUntil: row.leaseUntil }
    },
    async change(key, guard, transition) {
      const row = rowOf(tables, key.publicationId)
      const guarded =
        (guard.fence === undefined || guard.fence === row.fence) &&
        (guard.version === undefined || guard.version === row.publication.version)
      const apply = (applied: typeof transition): PublicationRecord | null => {
        const change = applied(row.publication, now(), conditionsOf(tables, row.publication))
        if (change) writeChange(tables, row, change)
        return change ? row.publication : null
      }
      const changed = guarded ? yielding(apply, transition) : null
      if (guard.release !== undefined && guard.release === row.fence) row.leaseUntil = null
      return changed
    },
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
  { fence, partIndex, fingerprint, value, progress }: Checkpoint,
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
