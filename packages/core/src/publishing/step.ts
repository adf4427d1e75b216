import type { Hold } from '../model/hold.ts'
import type { PublicationRecord, PublicationState } from '../model/publication.ts'
import type { Reason } from '../platform/outcome.ts'
import type { Abilities } from './abilities.ts'
import type { Conditions } from './publishing-store.ts'

/** What the machine does next. Everything but `wait`, `done` and the pure moves talks to the platform. */
export type Step =
  | { readonly do: 'done' }
  /** Nothing until then, null: until changed. `hold` is why, null when it simply is not time yet. */
  | { readonly do: 'wait'; readonly until: number | null; readonly hold: Hold | null }
  /** A move that needs no call. */
  | { readonly do: 'move'; readonly move: Move }
  | { readonly do: 'prepare'; readonly part: number }
  /** S2 and the write. `unknown`: a repetition with the same handle or key. */
  | { readonly do: 'publish'; readonly part: number; readonly from: 'waiting' | 'unknown' }
  /** Ask for the outcome of a handle. */
  | { readonly do: 'ask'; readonly part: number; readonly handle: string }
  /** Look for the writes of open attempts, or for the id or the address of a published part. */
  | { readonly do: 'look'; readonly part: number }
  | { readonly do: 'remove'; readonly part: number }

export type Move =
  | { readonly kind: 'state'; readonly state: PublicationState; readonly transition: number; readonly reason?: Reason }
  | { readonly kind: 'lease_over'; readonly part: number; readonly attempt: number }
  | { readonly kind: 'uploads_expired'; readonly part: number }
  | { readonly kind: 'absent'; readonly part: number }
  | { readonly kind: 'ask_person'; readonly part: number; readonly transition: number; readonly reason: Reason }
  | { readonly kind: 'parent_wait'; readonly part: number }
  | { readonly kind: 'slow'; readonly part: number }
  | { readonly kind: 'horizon'; readonly part: number }

export type StepConditions = Conditions & { readonly abilities: Abilities }

/** What a step is decided from. `now`: the database's clock. */
export interface Situation {
  readonly publication: PublicationRecord
  readonly conditions: StepConditions
  readonly now: number
}

export const waitUntil = (until: number | null, hold: Hold | null = null): Step => ({ do: 'wait', until, hold })

export const move = (made: Move): Step => ({ do: 'move', move: made })

/** The earlier of two moments; null is never. */
export function earliest(a: number | null, b: number | null): number | null {
  if (a === null) return b
  return b === null ? a : Math.min(a, b)
}
