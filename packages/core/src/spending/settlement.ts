import type { AttemptRecord, EvidenceRecord } from '../model/publication.ts'
import { sumUses } from './priced-use.ts'

/** What an attempt did cost. */
export interface Settlement {
  /** Whole billionths of a dollar. */
  readonly amountNanos: bigint
  /** Whether the write happened: a later word that it did changes the settlement, nothing else does. */
  readonly write: 'made' | 'not_made'
}

/** After this time nothing is looked for any more: what is still not decided is booked as made. */
const DECIDED_AFTER_MS = 9 * 24 * 3_600_000

/** Recomputes what an attempt did cost from its stored quote and from what happened. Null while that is open. */
export function toSettlement(attempt: AttemptRecord, now: number): Settlement | null {
  if (!attempt.spending) return null
  const { publish, lookUps } = attempt.spending
  const looked = attempt.evidence.some(isAnsweredLook) ? lookUps : []
  switch (attempt.verdict) {
    case 'published':
    case 'delivered':
      return { amountNanos: sumUses([...publish, ...looked]), write: 'made' }
    case 'refused':
    case 'not_sent':
    case 'absent':
      return { amountNanos: sumUses(looked), write: 'not_made' }
    case null:
      return now < attempt.startedAt + DECIDED_AFTER_MS
        ? null
        : { amountNanos: sumUses([...publish, ...lookUps]), write: 'made' }
  }
}

/** Failing calls are not billed. */
const isAnsweredLook = ({ kind }: EvidenceRecord): boolean =>
  kind !== 'look_failed' && kind !== 'lease_over' && kind !== 'person'
