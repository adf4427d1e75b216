import type { Hold } from '../model/hold.ts'
import { isFinal, type PartRecord, type PublicationRecord } from '../model/publication.ts'
import type { Preparation, Reason } from '../platform/outcome.ts'
import { partAt, toChange, withPart } from './change.ts'
import { hasOpenAttempt } from './part-state.ts'
import type { Change } from './publishing-store.ts'
import { type PassingRefusal, toSharedHolds } from './record-outcome.ts'
import { backOffMs, FAILURES_MAX } from './timing.ts'

/** What a step that makes nothing public came to, beside its success. */
export type StepFailure =
  /** The post is the problem. */
  | { readonly kind: 'refused'; readonly reason: Reason }
  /** It may work later. */
  | { readonly kind: 'passing'; readonly reason: Reason; readonly passing: PassingRefusal }
  /** Everything else: repeated with back-off, held after five in a row. */
  | { readonly kind: 'failed'; readonly reason: Reason; readonly retryAfterMs?: number }

/** Stores uploads, or when to go on (rows 4 and 25). The state `ready` follows when all parts are prepared. */
export function recordPreparation(
  publication: PublicationRecord,
  now: number,
  input: { readonly part: number; readonly fingerprint: string; readonly preparation: Preparation<unknown> },
): Change | null {
  const part = partAt(publication, input.part)
  if (part.state !== 'waiting' || part.fingerprint !== input.fingerprint) return null
  const { preparation } = input
  const stored: PartRecord['preparation'] =
    preparation.status === 'prepared'
      ? {
          ...part.preparation,
          status: 'prepared',
          uploads: preparation.uploads,
          expiresAt: preparation.expiresAt ?? null,
          progress: null,
          resumeAt: null,
          fingerprint: part.fingerprint,
        }
      : {
          ...part.preparation,
          status: 'running',
          progress: preparation.progress ?? part.preparation.progress,
          resumeAt: now + preparation.afterMs,
          fingerprint: part.fingerprint,
        }
  const next: PartRecord = { ...part, preparation: stored, failures: 0, unauthorized: 0, notBefore: null, reason: null }
  return toChange(
    publication,
    withPart({ ...publication, hold: null }, part.index, () => next),
  )
}

/** A preparation, a baseline or a removal did not work (protocol of errors: holds pass, `invalid_post` refuses in `prepare` only). */
export function recordStepFailure(
  publication: PublicationRecord,
  now: number,
  input: {
    readonly part: number
    /** Of the request that was prepared: what an edited-away revision was told says nothing about the present one. */
    readonly fingerprint: string
    readonly failure: StepFailure
    readonly step: 'prepare' | 'other'
  },
): Change | null {
  const part = partAt(publication, input.part)
  if (part.fingerprint !== input.fingerprint || isStopped(publication)) return null
  const { failure } = input
  if (failure.kind === 'refused' && input.step === 'prepare')
    return refuseWaiting(publication, part, failure.reason, 'platform')
  if (failure.kind === 'passing') {
    const { passing } = failure
    const unauthorized = passing.connection
      ? 0
      : passing.counts === 'unauthorized'
        ? part.unauthorized + 1
        : part.unauthorized
    const next: PartRecord = { ...part, unauthorized, notBefore: passing.notBefore, reason: failure.reason }
    return toChange(
      publication,
      withPart({ ...publication, hold: passing.hold ?? publication.hold }, part.index, () => next),
      {
        by: 'platform',
        sharedHolds: toSharedHolds(passing),
        ...(passing.connection ? { connection: passing.connection } : {}),
      },
    )
  }
  const failures = part.failures + 1
  const notBefore = now + Math.max('retryAfterMs' in failure ? (failure.retryAfterMs ?? 0) : 0, backOffMs(failures))
  const hold: Hold | null =
    failures >= FAILURES_MAX
      ? {
          reason: 'adapter_failing',
          scope: 'post',
          until: notBefore,
          message: `${failures} times in a row: ${failure.reason.message}`,
        }
      : null
  return toChange(
    publication,
    withPart({ ...publication, hold: hold ?? publication.hold }, part.index, () => ({
      ...part,
      failures,
      notBefore,
      reason: failure.reason,
    })),
  )
}

/** Facts changed: the platform would refuse it now. */
export function recordProblems(
  publication: PublicationRecord,
  input: { readonly part: number; readonly fingerprint: string; readonly reason: Reason },
): Change | null {
  const part = partAt(publication, input.part)
  return part.fingerprint === input.fingerprint ? refuseWaiting(publication, part, input.reason, 'engine') : null
}

/** It was canceled or missed while the step went on: nothing but a person's retry leaves such an end (rule 21). A removal goes on after the end. */
const isStopped = ({ state, removeRequestedAt }: PublicationRecord): boolean =>
  isFinal(state) && removeRequestedAt === null

/** Row 26: the post is the problem. With an overridden attempt it asks: that one may still turn out to be live (rule 15). */
function refuseWaiting(publication: PublicationRecord, part: PartRecord, reason: Reason, by: string): Change | null {
  if (part.state !== 'waiting' || isStopped(publication)) return null
  const state = hasOpenAttempt(part) ? 'needs_attention' : 'refused'
  return toChange(
    publication,
    withPart({ ...publication, hold: null, reason }, part.index, () => ({ ...part, state, reason })),
    { by, transition: 26 },
  )
}

/** Taken off the platform (row 58); `by` null: by its author or by the platform, nobody said. */
export function recordRemoved(
  publication: PublicationRecord,
  input: { readonly part: number; readonly by: PublicationRecord['removedBy'] },
): Change | null {
  const part = partAt(publication, input.part)
  if (part.state !== 'published') return null
  const next: PartRecord = { ...part, state: 'removed', notBefore: null, failures: 0, reason: null }
  const after = withPart({ ...publication, hold: null }, part.index, () => next)
  const allGone = after.parts.every((candidate) => candidate.state !== 'published' && candidate.state !== 'delivered')
  return toChange(
    publication,
    { ...after, ...(allGone ? { state: 'removed' as const, removedBy: input.by } : {}) },
    { by: input.by === 'us' ? 'engine' : 'platform', transition: 58 },
  )
}
