import type { ListWindow } from '../creators/creator-store.ts'
import type { AgencyId, AssetId, CreatorId } from '../model/ids.ts'
import type { Asset } from './assets.ts'

/** What assets need of a database. Each method is one transaction; times are the database's (`ofm.now()`). */
export interface AssetStore {
  find(agencyId: AgencyId, id: AssetId): Promise<Asset | null>
  findBySha256(
    agencyId: AgencyId,
    by: { readonly creatorId: CreatorId; readonly sha256: string },
  ): Promise<Asset | null>
  /** Adds an asset. When the creator has one with these bytes (`sha256`), that one is returned unchanged; two that race get the same. */
  add(agencyId: AgencyId, asset: Omit<Asset, 'createdAt'>): Promise<Asset>
  list(agencyId: AgencyId, query: ListWindow<AssetId> & { readonly creatorId?: CreatorId }): Promise<readonly Asset[]>
}
