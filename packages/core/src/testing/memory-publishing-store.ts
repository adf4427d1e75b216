import type { Hold } from '../model/hold.ts'
import type { AgencyId, AttemptId, PublicationId } from '../model/ids.ts'
import type { AttemptRecord, PartRecord, PublicationRecord } from '../model/publication.ts'
import type { DestinationFacts } from '../platform/platform-adapter.ts'
import { toBegunAttempt } from '../publishing/begin-attempt.ts'
import type {
  Change,
  Claim,
  Conditions,
  PartContent,
  PublicationEvent,
  PublicationKey,
  PublishingStore,
} from '../publishing/publishing-store.ts'

interface Row {
  publication: PublicationRecord
  /** By revision. */
  contents: Map<number, readonly PartContent[]>
  runAt: number | null
  fence: number
  leaseUntil: number
  checkpointed: Map<number, PartRecord['preparation']>
}

/** An account's switches in the memory store. */
export interface MemoryAccount {
  connection: Conditions['connection']
  afterUnknown: Conditions['afterUnknown']
  spacingMs: number
  holds: Hold[]
  lastBegunAt: number
  facts: DestinationFacts | undefined
}

/** The publishing store in memory: one transaction at a time, the same verdicts as in Postgres. For properties over many interleavings. */
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
  account(id: string): MemoryAccount
  readonly events: readonly (PublicationEvent & { readonly publicationId: PublicationId })[]
  all(): readonly PublicationRecord[]
  leaseUntil(id: PublicationId): number
}

const OPEN_STATES = ['publishing', 'unknown']
const RIVAL_STATES = ['publishing', 'unknown', 'needs_attention', 'given_up', 'processing']

/** @param begin What S2 checks; another one for tests that show what its guards are for. */
export function createMemoryPublishingStore(now: () => number, begin = toBegunAttempt): MemoryPublishingStore {
  const rows = new Map<string, Row>()
  const accounts = new Map<string, MemoryAccount>()
  const events: (PublicationEvent & { readonly publicationId: PublicationId })[] = []
  const row = (key: PublicationKey): Row => {
    const found = rows.get(key.publicationId)
    if (!found) throw new Error(`no publication ${key.publicationId}`)
    return found
  }
  const account = (id: string): MemoryAccount => {
    const known = accounts.get(id)
    if (known) return known
    const made: MemoryAccount = {
      connection: 'active',
      afterUnknown: 'ask',
      spacingMs: 120_000,
      holds: [],
      lastBegunAt: 0,
      facts: undefined,
    }
    accounts.set(id, made)
    return made
  }
  const others = (mine: PublicationRecord): PublicationRecord[] =>
    [...rows.values()]
      .map((entry) => entry.publication)
      .filter((other) => other.id !== mine.id && other.accountId === mine.accountId)
  const conditionsOf = (publication: PublicationRecord): Conditions => {
    const of = account(publication.accountId)
    const open = new Set(
      others(publication).flatMap((other) =>
        other.parts.filter((part) => OPEN_STATES.includes(part.state)).map((part) => part.likeness),
      ),
    )
    return {
      connection: of.connection,
      holds: of.holds.filter((hold) => hold.until === null || hold.until > now()),
      lookAlikes: publication.parts
        .filter((part) => part.likeness !== null && open.has(part.likeness))
        .map((part) => part.id),
      afterUnknown: of.afterUnknown,
      spacedUntil: of.lastBegunAt === 0 ? 0 : of.lastBegunAt + of.spacingMs,
      factsExpireAt: of.facts?.expiresAt ?? null,
    }
  }
  const apply = (entry: Row, change: Change): void => {
    const before = entry.publication
    const after = change.publication
    for (const part of after.parts) {
      if (
        part.externalId === null ||
        before.parts.some((old) => old.index === part.index && old.externalId === part.externalId)
      )
        continue
      const taken = others(after).some((other) =>
        other.parts.some((candidate) => candidate.externalId === part.externalId),
      )
      if (taken) throw new Error(`external id ${part.externalId} is bound elsewhere`)
    }
    entry.publication = { ...after, version: before.version + 1 }
    entry.runAt = change.wakeAt === 'done' ? null : change.wakeAt
    for (const event of change.events) events.push({ ...event, publicationId: after.id })
    const of = account(after.accountId)
    for (const shared of change.sharedHolds ?? []) of.holds.push(shared.hold)
    if (change.connection) of.connection = change.connection
  }
  return {
    events,
    add(publication, contents) {
      rows.set(publication.id, {
        publication,
        contents: new Map([[publication.revision, contents]]),
        runAt: publication.dueAt - publication.leadMs,
        fence: 0,
        leaseUntil: 0,
        checkpointed: new Map(),
      })
    },
    command(id, decide, contents) {
      const entry = row({ agencyId: '' as AgencyId, publicationId: id })
      const change = decide(entry.publication, now())
      if (!change) return false
      apply(entry, change)
      if (contents) entry.contents.set(entry.publication.revision, contents)
      return true
    },
    read: (id) => row({ agencyId: '' as AgencyId, publicationId: id }).publication,
    runAt: (id) => row({ agencyId: '' as AgencyId, publicationId: id }).runAt,
    leaseUntil: (id) => row({ agencyId: '' as AgencyId, publicationId: id }).leaseUntil,
    all: () => [...rows.values()].map((entry) => entry.publication),
    account,
    async readDue({ limit, excludeAccounts, excludePlatforms }) {
      const waiting = [...rows.values()].filter(
        (entry) =>
          entry.runAt !== null &&
          !excludeAccounts.includes(entry.publication.accountId) &&
          !excludePlatforms.includes(entry.publication.platform),
      )
      const due = waiting.filter((entry) => Math.max(entry.runAt ?? 0, entry.leaseUntil) <= now())
      const next = waiting
        .filter((entry) => !due.includes(entry))
        .map((entry) => Math.max(entry.runAt ?? 0, entry.leaseUntil) - now())
      return {
        due: due.slice(0, limit).map(({ publication }) => ({
          agencyId: publication.agencyId,
          publicationId: publication.id,
          accountId: publication.accountId,
          platform: publication.platform,
        })),
        nextDueInMs: next.length === 0 ? null : Math.min(...next),
      }
    },
    async findKey(publicationId) {
      const found = rows.get(publicationId)
      return found ? { agencyId: found.publication.agencyId, publicationId } : null
    },
    async claim(key, _owner, leaseMs): Promise<Claim | { busyForMs: number } | null> {
      const entry = rows.get(key.publicationId)
      if (!entry) return null
      if (entry.leaseUntil > now()) return { busyForMs: entry.leaseUntil - now() }
      entry.fence += 1
      entry.leaseUntil = now() + leaseMs
      return {
        key,
        fence: entry.fence,
        leaseUntil: entry.leaseUntil,
        now: now(),
        publication: entry.publication,
        conditions: conditionsOf(entry.publication),
        trace: null,
        account: null,
      }
    },
    async renew(key, fence, leaseMs) {
      const entry = row(key)
      if (entry.fence !== fence) return false
      entry.leaseUntil = now() + leaseMs
      return true
    },
    async beginAttempt(input) {
      const entry = row(input.key)
      if (entry.fence !== input.fence || entry.leaseUntil <= now()) return null
      const change = begin(entry.publication, now(), conditionsOf(entry.publication), input)
      if (!change) return null
      apply(entry, change)
      const attempt = entry.publication.parts[input.partIndex]?.attempts.at(-1) as AttemptRecord
      entry.leaseUntil = attempt.leaseUntil
      account(entry.publication.accountId).lastBegunAt = now()
      return {
        attemptId: attempt.id,
        number: attempt.number,
        startedAt: attempt.startedAt,
        leaseUntil: attempt.leaseUntil,
      }
    },
    async ownsAttempt(key, fence, attemptId: AttemptId) {
      const entry = row(key)
      const part = entry.publication.parts.find((candidate) =>
        candidate.attempts.some((attempt) => attempt.id === attemptId),
      )
      const attempt = part?.attempts.at(-1)
      return (
        entry.fence === fence &&
        entry.leaseUntil > now() &&
        attempt?.id === attemptId &&
        part?.state === 'publishing' &&
        attempt.outcome === 'open'
      )
    },
    async change(key, guard, transition) {
      const entry = row(key)
      const { publication } = entry
      if (guard.fence !== undefined && guard.fence !== entry.fence) return null
      if (guard.version !== undefined && guard.version !== publication.version) return null
      const change = transition(publication, now(), conditionsOf(publication))
      if (change) apply(entry, change)
      if (guard.release !== undefined && guard.release === entry.fence) entry.leaseUntil = now()
      return change ? entry.publication : null
    },
    async readContent(key, revision, partIndex) {
      const content = row(key).contents.get(revision)?.[partIndex]
      if (!content) throw new Error(`no content for part ${partIndex}`)
      return content
    },
    async saveCheckpoint(key, fence, partIndex, checkpoint) {
      const entry = row(key)
      if (entry.fence !== fence || entry.leaseUntil <= now()) return false
      const { fingerprint, value, progress } = checkpoint
      const parts = entry.publication.parts.map((part) =>
        part.index === partIndex
          ? {
              ...part,
              preparation: {
                ...part.preparation,
                status: 'running' as const,
                checkpoint: value,
                progress,
                fingerprint,
              },
            }
          : part,
      )
      entry.publication = { ...entry.publication, parts }
      return true
    },
    async readRivals(key, partIndex) {
      const { publication } = row(key)
      const likeness = publication.parts[partIndex]?.likeness ?? null
      const same =
        likeness === null
          ? []
          : others(publication).flatMap((other) => other.parts.filter((part) => part.likeness === likeness))
      const own = publication.parts
        .filter((part) => part.index !== partIndex)
        .flatMap((part) => (part.externalId === null ? [] : [part.externalId]))
      const bound = others(publication).flatMap((other) =>
        other.parts.flatMap((part) => [part.externalId, ...part.attempts.map((attempt) => attempt.externalId)]),
      )
      return {
        idsBoundElsewhere: [...own, ...bound.filter((id) => id !== null)],
        rivals: same.filter(
          (part) =>
            RIVAL_STATES.includes(part.state) ||
            (part.state === 'published' && part.externalId === null) ||
            part.attempts.some((attempt) => attempt.verdict === null),
        ).length,
      }
    },
    readFacts: async (key) => account(row(key).publication.accountId).facts,
    saveFacts: async (key, facts) => {
      account(row(key).publication.accountId).facts = facts
    },
    saveRateWindows: async () => undefined,
  }
}
