import { sql } from 'kysely'
import type { AssetStore } from '../../assets/asset-store.ts'
import type { Asset } from '../../assets/assets.ts'
import type { AssetId, CreatorId } from '../../model/ids.ts'
import type { MediaInfo } from '../../model/media-info.ts'
import type { Database } from '../database.ts'
import { toJson } from '../publishing/columns.ts'
import { toDate, toWindow } from './rows.ts'

interface AssetRow {
  readonly id: AssetId
  readonly creatorId: CreatorId
  readonly fileName: string
  readonly sizeBytes: number
  readonly sha256: string
  readonly mediaInfo: MediaInfo
  readonly createdAt: number
}

const columns = sql`asset_id as "id", creator_id as "creatorId", file_name as "fileName", size_bytes::double precision as "sizeBytes", sha256,
  media_info as "mediaInfo", ofm.ms(created_at) as "createdAt"`

const toAsset = (row: AssetRow): Asset => ({ ...row, createdAt: toDate(row.createdAt) })

export function createPostgresAssetStore(database: Database): AssetStore {
  return {
    find: (agencyId, id) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<AssetRow>`
          select ${columns} from ofm.asset where agency_id = ${agencyId} and asset_id = ${id}`.execute(tx)
        return rows[0] ? toAsset(rows[0]) : null
      }),
    findBySha256: (agencyId, { creatorId, sha256 }) =>
      database.inScope({ agencyId }, async (tx) => {
        const { rows } = await sql<AssetRow>`
          select ${columns} from ofm.asset
          where agency_id = ${agencyId} and creator_id = ${creatorId} and sha256 = ${sha256}`.execute(tx)
        return rows[0] ? toAsset(rows[0]) : null
      }),
    add: (agencyId, asset) =>
      database.inScope({ agencyId }, async (tx) => {
        // The update changes nothing; it makes the statement return the row that is there.
        const { rows } = await sql<AssetRow>`
          insert into ofm.asset (agency_id, asset_id, creator_id, file_name, size_bytes, sha256, media_info)
          values (${agencyId}, ${asset.id}, ${asset.creatorId}, ${asset.fileName}, ${asset.sizeBytes}::double precision, ${asset.sha256},
            ${toJson(asset.mediaInfo)})
          on conflict (agency_id, creator_id, sha256) do update set sha256 = excluded.sha256
          returning ${columns}`.execute(tx)
        const row = rows[0]
        if (!row) throw new Error(`asset ${asset.id} was not stored`)
        return toAsset(row)
      }),
    list: (agencyId, query) =>
      database.inScope({ agencyId }, async (tx) => {
        const creatorId = query.creatorId ?? null
        const { rows } = await sql<AssetRow>`
          select ${columns} from ofm.asset
          where agency_id = ${agencyId} and (${creatorId}::text is null or creator_id = ${creatorId}::text) ${toWindow('asset_id', query)}`.execute(
          tx,
        )
        return rows.map(toAsset)
      }),
  }
}
