import type { PartRecord, PublicationRecord } from '../model/publication.ts'
import type { Abilities } from './abilities.ts'
import { partAt, toChange, withPart } from './change.ts'
import { nextLookOfLive } from './look-times.ts'
import { lacksUrl } from './part-state.ts'
import type { Change } from './publishing-store.ts'
import { identified, NO_REFUSALS } from './record-outcome.ts'

/** Stores the address of a part that was published without one, or when to ask for it again. */
export function recordUrl(
  publication: PublicationRecord,
  now: number,
  input: { readonly part: number; readonly url: string | undefined; readonly abilities: Abilities },
): Change | null {
  const part = partAt(publication, input.part)
  if (!lacksUrl(part)) return null
  const answered: PartRecord = { ...part, ...NO_REFUSALS, looks: part.looks + 1 }
  const next: PartRecord =
    input.url === undefined
      ? { ...answered, nextLookAt: nextLookOfLive(answered, now, input.abilities) }
      : { ...answered, url: input.url, nextLookAt: null }
  return toChange(
    publication,
    withPart(publication, part.index, () => next),
    { by: 'platform', events: identified(part, next) },
  )
}
