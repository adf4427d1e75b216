import type { CreatorStore, ListWindow } from '../../creators/creator-store.ts'
import type { Creator } from '../../creators/creators.ts'
import type { AgencyId } from '../../model/ids.ts'

/** A creator store in memory, for tests. `now` is its clock. */
export function createMemoryCreatorStore(now: () => number): CreatorStore {
  const rows: { readonly agencyId: AgencyId; creator: Creator }[] = []
  return {
    async find(agencyId, by) {
      const row = rows.find(
        (one) =>
          one.agencyId === agencyId &&
          ('id' in by ? one.creator.id === by.id : one.creator.externalId === by.externalId),
      )
      return row?.creator ?? null
    },
    async add(agencyId, { id, externalId, name }) {
      const known = rows.find(
        (one) => one.agencyId === agencyId && externalId !== null && one.creator.externalId === externalId,
      )
      if (!known) {
        const creator = { id, externalId, name, createdAt: new Date(now()) }
        rows.push({ agencyId, creator })
        return creator
      }
      known.creator = { ...known.creator, name: name ?? known.creator.name }
      return known.creator
    },
    async list(agencyId, window) {
      return cutWindow(
        rows.filter((row) => row.agencyId === agencyId).map(({ creator }) => creator),
        window,
      )
    },
  }
}

/** Rows of a list window: highest ids first, below `after`. */
export function cutWindow<Item extends { readonly id: string }>(
  items: readonly Item[],
  { limit, after }: ListWindow<Item['id']>,
): readonly Item[] {
  return items
    .filter(({ id }) => after === undefined || id < after)
    .toSorted((one, other) => (one.id < other.id ? 1 : -1))
    .slice(0, limit)
}
