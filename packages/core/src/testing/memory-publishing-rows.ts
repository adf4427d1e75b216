import type { Hold } from '../model/hold.ts'
import type { PublicationId } from '../model/ids.ts'
import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import type { RateWindow } from '../platform/rate-window.ts'
import { toLimitEnd } from '../publishing/limit-end.ts'
import { isOpen } from '../publishing/part-state.ts'
import type {
  Change,
  Conditions,
  PartContent,
  PublicationEvent,
  PublishingStore,
  SharedHold,
} from '../publishing/publishing-store.ts'
import { afterAnswer, type PublishLimits, type UsedUpWindow } from '../publishing/rate-hold.ts'
import { isAhead, isLate } from '../publishing/take-turns.ts'
import { RATE_MARGIN_MS } from '../publishing/timing.ts'
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
  connectionReason: string | null
  afterUnknown: Conditions['afterUnknown']
  spacingMs: number
  facts: DestinationFacts | undefined
}

export type MemoryEvent = PublicationEvent & { readonly publicationId: PublicationId }

/** The unique index of S11 spoke. */
export class LikenessIsOut extends Error {}

/** The tables of the memory store. */
export interface MemoryTables {
  readonly now: () => number
  readonly rows: Map<string, MemoryRow>
  readonly accounts: Map<string, MemoryAccount>
  /** Of attempts, when they were begun. */
  readonly likenesses: Map<string, string | null>
  readonly events: MemoryEvent[]
  /** Those of accounts by account, those of apps and addresses by platform. */
  holds: readonly { readonly key: string; readonly hold: Hold; readonly since: number }[]
  /** The same of windows. */
  windows: readonly { readonly key: string; readonly window: RateWindow }[]
}

const SPACING_MS = 120_000

export function createMemoryTables(now: () => number): MemoryTables {
  return { now, rows: new Map(), accounts: new Map(), likenesses: new Map(), events: [], holds: [], windows: [] }
}

export function rowOf({ rows }: MemoryTables, id: string): MemoryRow {
  const found = rows.get(id)
  if (!found) throw new Error(`no publication ${id}`)
  return found
}

export function accountOf({ accounts }: MemoryTables, id: string): MemoryAccount {
  const known = accounts.get(id)
  if (known) return known
  const made: MemoryAccount = {
    connection: 'active',
    connectionReason: null,
    afterUnknown: 'ask',
    spacingMs: SPACING_MS,
    facts: undefined,
  }
  accounts.set(id, made)
  return made
}

const othersOf = ({ rows }: MemoryTables, mine: PublicationRecord): MemoryRow[] =>
  [...rows.values()].filter(({ publication }) => publication.accountId === mine.accountId && publication.id !== mine.id)

interface Neighbour {
  readonly part: PartRecord
  readonly publishedAt: number | null
}

/** All parts of the account but this one. */
function neighboursOf(tables: MemoryTables, mine: PublicationRecord, index: number): readonly Neighbour[] {
  const publishedAt = tables.rows.get(mine.id)?.publishedAt ?? null
  return [
    ...mine.parts.filter((part) => part.index !== index).map((part) => ({ part, publishedAt })),
    ...othersOf(tables, mine).flatMap((row) =>
      row.publication.parts.map((part) => ({ part, publishedAt: row.publishedAt })),
    ),
  ]
}

const isBesideLookAlike = (tables: MemoryTables, mine: PublicationRecord, part: PartRecord): boolean =>
  hasLikenessOut(
    part.likeness,
    neighboursOf(tables, mine, part.index).map((neighbour) => neighbour.part),
  )

const holdsLikeness = (part: PartRecord): boolean => isOut(part) && !part.yields

/** What `nextStep` and the transitions need beside the publication. */
export function conditionsOf(
  tables: MemoryTables,
  publication: PublicationRecord,
  limits: PublishLimits = {},
): Conditions {
  const account = accountOf(tables, publication.accountId)
  const begun = othersOf(tables, publication).flatMap((other) =>
    other.publication.parts.flatMap((part) => part.attempts.map((attempt) => attempt.startedAt)),
  )
  const now = tables.now()
  const spacedUntil = begun.length === 0 ? 0 : Math.max(...begun) + account.spacingMs
  const isBehind =
    isLate(publication, now) &&
    othersOf(tables, publication).some((other) => isAhead(other.publication, publication, now))
  return {
    connection: account.connection,
    connectionReason: account.connectionReason,
    holds: tables.holds
      .filter(({ key }) => key === publication.accountId || key === publication.platform)
      .map(({ hold }) => hold)
      .filter((hold) => hold.until === null || hold.until > tables.now())
      .sort(byUrgency),
    lookAlikes: publication.parts.filter((part) => isBesideLookAlike(tables, publication, part)).map((part) => part.id),
    afterUnknown: account.afterUnknown,
    spacedUntil: isBehind && spacedUntil <= now ? now + account.spacingMs : spacedUntil,
    factsExpireAt: account.facts?.expiresAt ?? null,
    windows: usedUpWindows(tables, publication, limits),
  }
}

function usedUpWindows(
  tables: MemoryTables,
  { accountId, platform }: PublicationRecord,
  limits: PublishLimits,
): readonly UsedUpWindow[] {
  const told = tables.windows.filter(({ key }) => key === accountId || key === platform).map(({ window }) => window)
  const counted = (limits[platform] ?? []).flatMap(({ name, scope, max, perMs }): UsedUpWindow[] => {
    const starts = [...tables.rows.values()]
      .filter(({ publication: other }) =>
        scope === 'app' ? other.platform === platform : other.accountId === accountId,
      )
      .flatMap(({ publication: other }) => other.parts.flatMap(({ attempts }) => attempts))
      .filter(({ verdict }) => verdict === null || verdict === 'published' || verdict === 'delivered')
      .map(({ startedAt }) => startedAt)
      .sort((a, b) => b - a)
    const since = starts[max - 1]
    if (since === undefined) return []
    return [{ name, scope, limit: max, operations: ['publish'], endsAt: since + perMs + RATE_MARGIN_MS }]
  })
  return [...afterAnswer([], told, tables.now()), ...counted]
    .filter(({ endsAt }) => endsAt > tables.now())
    .sort((a, b) => b.endsAt - a.endsAt || (a.name < b.name ? -1 : 1))
}

/** The latest word on a window counts; of one that is not over, the least that was left. */
function putWindow(tables: MemoryTables, key: string, window: RateWindow): void {
  const isSame = (other: { readonly key: string; readonly window: RateWindow }): boolean =>
    other.key === key && other.window.scope === window.scope && other.window.name === window.name
  const known = tables.windows.find(isSame)?.window
  const remaining = known?.resetAt === window.resetAt ? Math.min(known.remaining, window.remaining) : window.remaining
  tables.windows = [...tables.windows.filter((other) => !isSame(other)), { key, window: { ...window, remaining } }]
}

/** A pause first, then what only an event ends, then the longest. */
function byUrgency(a: Hold, b: Hold): number {
  const rank = (hold: Hold): number => (hold.reason === 'paused' ? 0 : 1)
  const until = (hold: Hold): number => hold.until ?? Number.MAX_SAFE_INTEGER
  return rank(a) - rank(b) || until(b) - until(a)
}

/** The latest word of a reason counts. */
export function putHold(tables: MemoryTables, key: string, hold: Hold): void {
  const rest = tables.holds.filter(
    (other) => other.key !== key || other.hold.scope !== hold.scope || other.hold.reason !== hold.reason,
  )
  tables.holds = [...rest, { key, hold, since: tables.now() }]
}

function shareHold(tables: MemoryTables, key: string, shared: SharedHold): void {
  const { scope, hold, longerWaitsMs } = shared
  const last = tables.holds.find(
    (held) => held.key === key && held.hold.scope === scope && held.hold.reason === hold.reason,
  )
  const kept = last && { since: last.since, until: last.hold.until }
  const until = longerWaitsMs ? toLimitEnd(shared, kept, tables.now()) : hold.until
  if (until !== undefined) putHold(tables, key, { ...hold, scope, until })
}

/**
 * Saves what a transition made, with its events, its holds and when to look again.
 *
 * @throws {LikenessIsOut} Another error when an external id is bound elsewhere. Nothing is written then.
 */
export function writeChange(tables: MemoryTables, row: MemoryRow, change: Change): void {
  const { now, likenesses, events } = tables
  const before = row.publication
  const after = { ...change.publication, version: before.version + 1 }
  refuseDuplicates(tables, after)
  for (const part of after.parts)
    for (const { id } of part.attempts) if (!likenesses.has(id)) likenesses.set(id, part.likeness)
  row.publication = after
  row.runAt = typeof change.wakeAt === 'number' ? Math.max(change.wakeAt, now()) : null
  if (after.state === 'published') row.publishedAt ??= now()
  events.push(...change.events.map((event) => ({ ...event, publicationId: after.id })))
  for (const shared of change.sharedHolds ?? [])
    shareHold(tables, shared.scope === 'account' ? after.accountId : after.platform, shared)
  for (const window of change.rateWindows ?? [])
    putWindow(tables, window.scope === 'account' ? after.accountId : after.platform, window)
  const account = accountOf(tables, after.accountId)
  if (change.connection && account.connection === 'active') {
    account.connection = 'reconnect'
    account.connectionReason = change.connection.message
  }
  wakeLookAlikes(tables, before, after)
}

/** The two unique indexes. */
function refuseDuplicates(tables: MemoryTables, after: PublicationRecord): void {
  for (const part of after.parts) {
    const neighbours = neighboursOf(tables, after, part.index)
    if (part.externalId !== null && neighbours.some((other) => other.part.externalId === part.externalId))
      throw new Error(`external id ${part.externalId} is bound elsewhere`)
    const holding = neighbours.map((other) => other.part).filter(holdsLikeness)
    if (holdsLikeness(part) && hasLikenessOut(part.likeness, holding)) throw new LikenessIsOut()
  }
}

/** Parts that waited because a listing could not tell them from one that was out (S11). */
function wakeLookAlikes(tables: MemoryTables, before: PublicationRecord, after: PublicationRecord): void {
  const freed = before.parts
    .filter((part) => isOut(part) && !after.parts.some((candidate) => candidate.id === part.id && isOut(candidate)))
    .map((part) => part.likeness)
  for (const other of othersOf(tables, after)) {
    const { publication } = other
    const waits = (part: PartRecord): boolean =>
      part.state === 'waiting' && part.likeness !== null && freed.includes(part.likeness)
    if (!publication.parts.some(waits)) continue
    other.runAt = tables.now()
    other.publication = { ...publication, version: publication.version + 1 }
  }
}

/** Who else may own what a look finds (rule 12): counted by attempts, not by what their parts are called. */
export function rivalsOf(
  tables: MemoryTables,
  mine: PublicationRecord,
  { partIndex, since }: Parameters<PublishingStore['readRivals']>[1],
): Awaited<ReturnType<PublishingStore['readRivals']>> {
  const { now, likenesses } = tables
  const likeness = mine.parts.find((candidate) => candidate.index === partIndex)?.likeness ?? null
  const neighbours = neighboursOf(tables, mine, partIndex)
  const bound = neighbours.flatMap((other) => [
    ...((other.publishedAt ?? now()) >= since ? [other.part.externalId] : []),
    ...other.part.attempts.filter(({ startedAt }) => startedAt >= since).map(({ externalId }) => externalId),
  ])
  const rivals = neighbours.flatMap((other) =>
    other.part.attempts.filter(
      (attempt) =>
        likeness !== null &&
        likenesses.get(attempt.id) === likeness &&
        attempt.externalId === null &&
        (isOpen(attempt) || (attempt.verdict === 'published' && other.part.externalId === null)),
    ),
  )
  return { idsBoundElsewhere: [...new Set(bound.filter((id) => id !== null))].sort(), rivals: rivals.length }
}
