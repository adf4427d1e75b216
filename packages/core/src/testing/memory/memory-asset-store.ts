import type { AssetStore } from '../../assets/asset-store.ts'
import type { Asset } from '../../assets/assets.ts'
import type { AgencyId, CreatorId } from '../../model/ids.ts'
import { cutWindow } from './memory-creator-store.ts'

/** An asset store in memory, for tests. `now` is its clock. */
export function createMemoryAssetStore(now: () => number): AssetStore {
  const rows: { readonly agencyId: AgencyId; readonly asset: Asset }[] = []
  const ofAgency = (agencyId: AgencyId) => rows.filter((row) => row.agencyId === agencyId).map(({ asset }) => asset)
  const findBytes = (agencyId: AgencyId, by: { readonly creatorId: CreatorId; readonly sha256: string }) =>
    ofAgency(agencyId).find(({ creatorId, sha256 }) => creatorId === by.creatorId && sha256 === by.sha256) ?? null
  return {
    find: async (agencyId, id) => ofAgency(agencyId).find((asset) => asset.id === id) ?? null,
    findBySha256: async (agencyId, by) => findBytes(agencyId, by),
    async add(agencyId, added) {
      const known = findBytes(agencyId, added)
      if (known) return known
      const asset = { ...added, createdAt: new Date(now()) }
      rows.push({ agencyId, asset })
      return asset
    },
    async list(agencyId, { creatorId, ...window }) {
      const assets = ofAgency(agencyId).filter((asset) => creatorId === undefined || asset.creatorId === creatorId)
      return cutWindow(assets, window)
    },
  }
}
