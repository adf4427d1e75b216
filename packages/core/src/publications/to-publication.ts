import type { PartRecord } from '../model/publication.ts'
import { toDecimal } from '../spending/money.ts'
import { sumUses } from '../spending/priced-use.ts'
import type { SpendingRecord } from '../spending/spending-record.ts'
import type { StoredPublication } from './publication-store.ts'
import type { Publication, PublicationAttempt, PublicationPart } from './publications.ts'

const toDate = (ms: number): Date => new Date(ms)
const toMaybeDate = (ms: number | null): Date | null => (ms === null ? null : new Date(ms))

/** A publication as people and programs read it: everything that explains it, no uploads, handles or baselines. */
export function toPublication({ record, texts, createdAt, publishedAt }: StoredPublication): Publication {
  const { hold } = record
  return {
    id: record.id,
    postId: record.postId,
    creatorId: record.creatorId,
    accountId: record.accountId,
    platform: record.platform,
    target: record.target,
    state: record.state,
    run: record.run,
    revision: record.revision,
    dueAt: toDate(record.dueAt),
    latestBy: toDate(record.latestBy),
    cancelRequestedAt: toMaybeDate(record.cancelRequestedAt),
    hold: hold && { ...hold, until: toMaybeDate(hold.until) },
    reason: record.reason,
    removedBy: record.removedBy,
    url: record.parts[0]?.url ?? null,
    parts: record.parts.map((part) => toPart(part, texts[part.index] ?? '')),
    createdAt: toDate(createdAt),
    publishedAt: toMaybeDate(publishedAt),
  }
}

function toPart(part: PartRecord, text: string): PublicationPart {
  const evidence = part.attempts.flatMap((attempt) =>
    attempt.evidence.map((entry) => ({ ...entry, at: toDate(entry.at), attempt: attempt.number })),
  )
  return {
    index: part.index,
    kind: part.kind,
    state: part.state,
    text,
    externalId: part.externalId,
    url: part.url,
    reason: part.reason,
    progress: part.preparation.progress,
    nextLookAt: toMaybeDate(part.nextLookAt),
    attempts: part.attempts.map(toAttempt),
    evidence: evidence.sort((a, b) => a.at.getTime() - b.at.getTime()),
  }
}

function toAttempt(attempt: PartRecord['attempts'][number]): PublicationAttempt {
  return {
    number: attempt.number,
    startedAt: toDate(attempt.startedAt),
    endedAt: toMaybeDate(attempt.endedAt),
    fingerprint: attempt.fingerprint,
    request: attempt.request,
    outcome: attempt.verdict ?? (attempt.outcome === 'closed' ? 'unknown' : attempt.outcome),
    error: attempt.error,
    reserved: toReserved(attempt.spending),
  }
}

function toReserved(spending: SpendingRecord | null): PublicationAttempt['reserved'] {
  if (!spending) return null
  const { budget, reservation, publish, lookUps } = spending
  return { usd: toDecimal(sumUses([...publish, ...lookUps])), budget, reservation }
}
