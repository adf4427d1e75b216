import type { PartRecord } from '../model/publication.ts'
import type { Transition } from './publishing-store.ts'

/** Whether a listing may show the part already, or soon (S11). */
export function isOut(part: PartRecord): boolean {
  return part.state === 'publishing' || part.state === 'unknown'
}

/** Whether one of these parts is out with this likeness. */
export function hasLikenessOut(likeness: string | null, parts: readonly PartRecord[]): boolean {
  return likeness !== null && parts.some((part) => part.likeness === likeness && isOut(part))
}

/** A platform forgot what it was processing, and a look-alike has gone out since: the truth is stored all the same. */
export function yieldLikeness(transition: Transition): Transition {
  return (publication, now, conditions) => {
    const change = transition(publication, now, conditions)
    if (!change) return null
    const parts = change.publication.parts.map((part) => {
      const before = publication.parts.find(({ id }) => id === part.id)
      return part.state === 'unknown' && before && !isOut(before) ? { ...part, yields: true } : part
    })
    return { ...change, publication: { ...change.publication, parts } }
  }
}
