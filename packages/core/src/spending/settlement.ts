import type { AttemptRecord, EvidenceRecord } from '../model/publication.ts'
import { type PricedUse, sumUses } from './priced-use.ts'

/** What an attempt did cost. */
export interface Settlement {
  /** Whole billionths of a dollar. */
  readonly amountNanos: bigint
  /** Whether the write happened: a later word that it did changes the settlement, nothing else does. */
  readonly write: 'made' | 'not_made'
}

const DAY_MS = 86_400_000
/** After this time nothing is looked for any more: what is still not decided is booked as made. */
const DECIDED_AFTER_MS = 9 * DAY_MS

/** Recomputes what an attempt did cost from its stored quote and from what happened. Null while that is open. */
export function toSettlement(attempt: AttemptRecord, now: number): Settlement | null {
  if (!attempt.spending) return null
  const { publish, lookUps } = attempt.spending
  const looked = toLookedUses(lookUps, attempt.evidence.filter(isAnsweredLook))
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

/** What the looks have used, at the prices that were reserved; all that was reserved where one of them did not count. */
function toLookedUses(lookUps: readonly PricedUse[], looks: readonly EvidenceRecord[]): readonly PricedUse[] {
  if (looks.length === 0) return []
  if (looks.some(({ uses }) => uses === undefined)) return lookUps
  return lookUps.map((line) => ({ ...line, quantity: countUses(line, looks) }))
}

/** Looks of one day read the same things: the largest has used what all have where a thing is billed once a day. */
function countUses({ meter, oncePerDay }: PricedUse, looks: readonly EvidenceRecord[]): number {
  const days = new Map<number, number>()
  for (const { at, uses = [] } of looks) {
    const day = Math.floor(at / DAY_MS)
    const used = uses.reduce((sum, use) => (use.meter === meter ? sum + use.quantity : sum), 0)
    const before = days.get(day) ?? 0
    days.set(day, oncePerDay ? Math.max(before, used) : before + used)
  }
  return [...days.values()].reduce((sum, used) => sum + used, 0)
}

/** Failing calls are not billed. */
const isAnsweredLook = ({ kind }: EvidenceRecord): boolean =>
  kind !== 'look_failed' && kind !== 'lease_over' && kind !== 'person'
