import { type AssetFilesError, isAssetFilesError } from '../model/asset-files.ts'
import type { Hold, HoldReason } from '../model/hold.ts'
import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Reason } from '../platform/outcome.ts'
import { isPlatformError, type PlatformError } from '../platform/platform-error.ts'
import { findBlock } from './block-hold.ts'
import { isLive } from './part-state.ts'
import type { AttemptOutcome, PassingRefusal } from './record-outcome.ts'
import type { StepFailure } from './record-preparation.ts'
import { backOffMs, NOT_ACCEPTED_MAX_LIVE, PREPARED_AGAIN_MAX } from './timing.ts'

const QUOTA_RECHECK_MS = 3_600_000
const MISCONFIGURED_RECHECK_MS = 900_000
const FILE_RECHECK_MS = 300_000
const SECOND_UNAUTHORIZED_MS = 180_000
const RATE_LIMIT_DEFAULT_MS = 60_000

/** A throw in words for people. Unknown errors keep their text to themselves: it may hold anything. */
export function toReason(error: unknown): Reason {
  if (isPlatformError(error)) return { code: error.code, message: error.message }
  const name = error instanceof Error ? error.name : typeof error
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? ` ${error.code}` : ''
  return { code: 'adapter_error', message: `The adapter failed with ${name}${code}.` }
}

interface Thrown {
  /** Whether a mutating request may have reached a connection. */
  readonly maySent: boolean
  readonly publication: PublicationRecord
  readonly part: PartRecord
  readonly now: number
}

/** What a throw of `publish` means for the part. */
export function toAttemptOutcome(error: unknown, { maySent, publication, part, now }: Thrown): AttemptOutcome {
  const reason = toReason(error)
  if (isPlatformError(error)) {
    if (error.code === 'invalid_post' || error.code === 'not_supported') return { kind: 'refused', reason }
    if (error.code === 'duplicate') return { kind: 'refused', reason, duplicate: true }
    const passing = toPassing(error, publication, part, now)
    if (passing) return { kind: 'not_sent', reason, passing }
  }
  if (maySent) {
    // A platform may block the account in the same breath in which it leaves open whether it took the write.
    const block = findBlock(error, now)
    return { kind: 'unknown', reason, ...(block && { block }) }
  }
  return {
    kind: 'not_sent',
    reason,
    passing: {
      notBefore: now + backOffMs(part.notAccepted + 1),
      hold: null,
      counts: 'notAccepted',
      ...exhausted(publication, part),
    },
  }
}

const exhausted = (publication: PublicationRecord, part: PartRecord): { exhausted: boolean } => ({
  exhausted: publication.parts.some(isLive) && part.notAccepted + 1 >= NOT_ACCEPTED_MAX_LIVE,
})

/** What a throw of any other member means. */
export function toStepFailure(
  error: unknown,
  publication: PublicationRecord,
  part: PartRecord,
  now: number,
): StepFailure {
  if (isAssetFilesError(error)) return toUnreachableFile(error, now)
  const reason = toReason(error)
  if (!isPlatformError(error)) return { kind: 'failed', reason }
  if (error.code === 'invalid_post') return { kind: 'refused', reason }
  if (error.code === 'prepare_again' || error.code === 'not_accepted')
    return { kind: 'failed', reason, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) }
  const passing = toPassing(error, publication, part, now)
  return passing
    ? { kind: 'passing', reason, passing }
    : { kind: 'failed', reason, ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }) }
}

/** The bytes cannot be had now: waits, and is tried again (S6). */
function toUnreachableFile(error: AssetFilesError, now: number): StepFailure {
  const until = now + FILE_RECHECK_MS
  const hold: Hold = { reason: 'file_unreachable', scope: 'post', until, message: error.message }
  return {
    kind: 'passing',
    reason: { code: error.code, message: error.message },
    passing: { notBefore: until, hold },
  }
}

/** Refusals that pass, with their hold; undefined for codes that mean doubt or the post itself. */
function toPassing(
  error: PlatformError,
  publication: PublicationRecord,
  part: PartRecord,
  now: number,
): PassingRefusal | undefined {
  const holding = (reason: HoldReason, until: number | null, scope: Hold['scope']): Hold => ({
    reason,
    scope,
    until,
    message: error.message,
  })
  switch (error.code) {
    case 'token_expired':
      return unauthorized(error, part, now)
    case 'reconnect':
      return { notBefore: null, hold: null, connection: { code: 'reconnect', message: error.message } }
    case 'permission_missing':
      return { ...stopped(error, now), connection: { code: 'permission_missing', message: error.message } }
    case 'account_blocked':
    case 'app_blocked':
      return stopped(error, now)
    case 'misconfigured':
      return { notBefore: null, hold: holding('misconfigured', now + MISCONFIGURED_RECHECK_MS, 'app'), shared: 'app' }
    case 'rate_limited':
      return limited(error, holding('rate_limited', now + (error.retryAfterMs ?? RATE_LIMIT_DEFAULT_MS), error.scope))
    case 'quota_exhausted':
      return limited(
        error,
        holding('quota', error.until ?? now + (error.retryAfterMs ?? QUOTA_RECHECK_MS), error.scope),
      )
    case 'prepare_again':
      return {
        notBefore: null,
        hold: null,
        dropUploads: true,
        counts: 'preparedAgain',
        exhausted: part.preparedAgain + 1 >= PREPARED_AGAIN_MAX,
      }
    case 'not_accepted': {
      const until = now + Math.max(error.retryAfterMs ?? 0, backOffMs(part.notAccepted + 1))
      return {
        notBefore: until,
        hold: holding('not_accepted', until, 'post'),
        counts: 'notAccepted',
        ...exhausted(publication, part),
      }
    }
    default:
      return undefined
  }
}

/** Nothing of the account, or of the app, goes out. */
function stopped(error: PlatformError, now: number): PassingRefusal {
  const block = findBlock(error, now)
  return { notBefore: null, hold: block?.hold ?? null, ...(block && { shared: block.scope }) }
}

/** One 401 is no proof: refresh and go on; again minutes later; only then the creator is asked. */
function unauthorized(error: PlatformError, part: PartRecord, now: number): PassingRefusal {
  if (part.unauthorized === 0) return { notBefore: null, hold: null, counts: 'unauthorized' }
  if (part.unauthorized > 1) {
    const connection = { code: 'reconnect', message: error.message } as const
    return { notBefore: null, hold: null, connection, counts: 'unauthorized' }
  }
  const until = now + SECOND_UNAUTHORIZED_MS
  return {
    notBefore: until,
    hold: { reason: 'connection', scope: 'account', until, message: error.message },
    counts: 'unauthorized',
  }
}

function limited(error: PlatformError, hold: Hold): PassingRefusal {
  if (error.scope === 'post') return { notBefore: hold.until, hold }
  const { scope: shared, longerWaitsMs } = error
  return { notBefore: null, hold, shared, ...(longerWaitsMs && { longerWaitsMs }) }
}
