import type { Hold } from '../model/hold.ts'
import type { PublicationId } from '../model/ids.ts'
import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import { isOpen } from '../publishing/part-state.ts'
import type {
  Change,
  Conditions,
  PartContent,
  PublicationEvent,
  PublishingStore,
} from '../publishing/publishing-store.ts'
import { hasLikenessOut, isOut } from '../publishing/yield-likeness.ts'

/** A publication with its work and its contents. */
export interface MemoryRow {
  publication: PublicationRecord
  /** By revision. */
  readonly contents: Map<number, readonly PartContent[]>
  runAt: number | null
  fence: number
  leaseUntil: number | null
  publishedAt: number | null
}

/** An account's switches in the memory store. */
export interface MemoryAccount {
  connection: Conditions['connection']
  afterUnknown: Conditions['afterUnknown']
  spacingMs: number
  facts: DestinationFacts | undefined
}

export type MemoryEvent = PublicationEvent & { readonly publicationId: PublicationId }

/** The unique index of S11 spoke. */
export class LikenessIsOut extends Error {}

/** The tables of the memory store: what statements read, and what a change writes. */
export interface MemoryRows {
  readonly rows: Map<string, MemoryRow>
  readonly events: MemoryEvent[]
  row(id: string): MemoryRow
  account(id: string): MemoryAccount
  /** Account holds by account, those of apps and addresses by platform. */
  holds: { readonly key: string; readonly hold: Hold }[]
  conditionsOf(publication: PublicationRecord): Conditions
  /** @throws {LikenessIsOut} Also when an external id is bound elsewhere. Nothing is written then. */
  write(row: MemoryRow, change: Change): void
  rivalsOf(
    mine: PublicationRecord,
    partIndex: number,
    since: number,
  ): Awaited<ReturnType<PublishingStore['readRivals']>>
}

const SPACING_MS = 120_000

export function createMemoryRows(now: () => number): MemoryRows {
  const rows = new Map<string, MemoryRow>()
  const accounts = new Map<string, MemoryAccount>()
  /** Of attempts, when they were begun. */
  const likenesses = new Map<string, string | null>()
  const events: MemoryEvent[] = []
  const row = (id: string): MemoryRow => {
    const found = rows.get(id)
    if (!found) throw new Error(`no publication ${id}`)
    return found
  }
  const account = (id: string): MemoryAccount => {
    const known = accounts.get(id) ?? {
      connection: 'active',
      afterUnknown: 'ask',
      spacingMs: SPACING_MS,
      facts: undefined,
    }
    accounts.set(id, known)
    return known
  }
  const ofAccount = (id: string): MemoryRow[] =>
    [...rows.values()].filter((entry) => entry.publication.accountId === id)
  const others = (mine: PublicationRecord): MemoryRow[] =>
    ofAccount(mine.accountId).filter((entry) => entry.publication.id !== mine.id)
  /** Parts of the account beside one of a publication. */
  const beside = (mine: PublicationRecord, index: number): { readonly row: MemoryRow; readonly part: PartRecord }[] =>
    ofAccount(mine.accountId).flatMap((entry) =>
      (entry.publication.id === mine.id ? mine : entry.publication).parts
        .filter((part) => entry.publication.id !== mine.id || part.index !== index)
        .map((part) => ({ row: entry, part })),
    )
  const tables: MemoryRows = {
    rows,
    events,
    row,
    account,
    holds: [],
    conditionsOf: (publication) => {
      const of = account(publication.accountId)
      const begun = others(publication).flatMap((other) =>
        other.publication.parts.flatMap((part) => part.attempts.map((attempt) => attempt.startedAt)),
      )
      const isBeside = (part: PartRecord): boolean =>
        hasLikenessOut(
          part.likeness,
          beside(publication, part.index).map((other) => other.part),
        )
      return {
        connection: of.connection,
        holds: tables.holds
          .filter(({ key }) => key === publication.accountId || key === publication.platform)
          .map(({ hold }) => hold)
          .filter((hold) => hold.until === null || hold.until > now())
          .sort(mostUrgentFirst),
        lookAlikes: publication.parts.filter(isBeside).map((part) => part.id),
        afterUnknown: of.afterUnknown,
        spacedUntil: begun.length === 0 ? 0 : Math.max(...begun) + of.spacingMs,
        factsExpireAt: of.facts?.expiresAt ?? null,
      }
    },
    write: (entry, change) => {
      const before = entry.publication
      const after = { ...change.publication, version: before.version + 1 }
      for (const part of after.parts) {
        const rest = beside(after, part.index).map((other) => other.part)
        if (part.externalId !== null && rest.some((other) => other.externalId === part.externalId))
          throw new Error(`external id ${part.externalId} is bound elsewhere`)
        if (isOut(part) && hasLikenessOut(part.likeness, rest)) throw new LikenessIsOut()
      }
      for (const part of after.parts)
        for (const attempt of part.attempts) if (!likenesses.has(attempt.id)) likenesses.set(attempt.id, part.likeness)
      entry.publication = after
      entry.runAt = typeof change.wakeAt === 'number' ? Math.max(change.wakeAt, now()) : null
      if (after.state === 'published') entry.publishedAt ??= now()
      events.push(...change.events.map((event) => ({ ...event, publicationId: after.id })))
      for (const { scope, hold } of change.sharedHolds ?? [])
        putHold(tables, scope === 'account' ? after.accountId : after.platform, hold)
      const of = account(after.accountId)
      if (change.connection && of.connection === 'active') of.connection = change.connection
      wakeLookAlikes(others(after), before, after, now())
    },
    rivalsOf: (mine, partIndex, since) => {
      const part = mine.parts.find((candidate) => candidate.index === partIndex)
      const last = part?.attempts.at(-1)
      const likeness = part?.likeness ?? (last ? (likenesses.get(last.id) ?? null) : null)
      const rest = beside(mine, partIndex)
      const bound = rest.flatMap((other) => [
        ...((other.row.publishedAt ?? now()) >= since ? [other.part.externalId] : []),
        ...other.part.attempts.filter(({ startedAt }) => startedAt >= since).map(({ externalId }) => externalId),
      ])
      const rivals = rest.flatMap((other) =>
        other.part.attempts.filter(
          (attempt) =>
            likeness !== null &&
            likenesses.get(attempt.id) === likeness &&
            attempt.externalId === null &&
            (isOpen(attempt) || (attempt.verdict === 'published' && other.part.externalId === null)),
        ),
      )
      return { idsBoundElsewhere: [...new Set(bound.filter((id) => id !== null))].sort(), rivals: rivals.length }
    },
  }
  return tables
}

/** A pause first, then what only an event ends, then the longest. */
function mostUrgentFirst(a: Hold, b: Hold): number {
  const rank = (hold: Hold): number => (hold.reason === 'paused' ? 0 : 1)
  const until = (hold: Hold): number => hold.until ?? Number.MAX_SAFE_INTEGER
  return rank(a) - rank(b) || until(b) - until(a)
}

/** The latest word of a reason counts. */
export function putHold(tables: Pick<MemoryRows, 'holds'>, key: string, hold: Hold): void {
  const same = (other: MemoryRows['holds'][number]): boolean =>
    other.key === key && other.hold.scope === hold.scope && other.hold.reason === hold.reason
  tables.holds = [...tables.holds.filter((other) => !same(other)), { key, hold }]
}

/** Parts that waited because a listing could not tell them from one that was out (S11). */
function wakeLookAlikes(
  others: readonly MemoryRow[],
  before: PublicationRecord,
  after: PublicationRecord,
  now: number,
): void {
  const freed = before.parts
    .filter((part) => isOut(part) && !after.parts.some((candidate) => candidate.id === part.id && isOut(candidate)))
    .map((part) => part.likeness)
  for (const other of others) {
    const { publication } = other
    const waits = (part: PartRecord): boolean =>
      part.state === 'waiting' && part.likeness !== null && freed.includes(part.likeness)
    if (!publication.parts.some(waits)) continue
    other.runAt = now
    other.publication = { ...publication, version: publication.version + 1 }
  }
}
