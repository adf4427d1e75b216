import * as z from 'zod'
import type { CreatorStore } from '../creators/creator-store.ts'
import { pageFields, readPage } from '../creators/page.ts'
import { createResolveCreator, creatorField, findCreator } from '../creators/resolve-creator.ts'
import { type AgencyId, type CreateId, isId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import { SocialError } from '../social-error.ts'
import { addAsset } from './add-asset.ts'
import type { AssetStore } from './asset-store.ts'
import type { Asset, Assets } from './assets.ts'
import { toMediaType } from './media-file-name.ts'
import type { ReadFiles } from './read-files.ts'
import { toFilesProblem } from './to-files-problem.ts'

export interface AssetsDependencies {
  /** The agency that all calls act for; made on first use. */
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: AssetStore
  readonly creators: CreatorStore
  readonly createId: CreateId
  readonly readFiles: ReadFiles
}

const listInput = once(() => z.strictObject({ ...pageFields('asset'), creator: creatorField().optional() }).default({}))
const rangeInput = once(() =>
  z
    .strictObject({ start: z.int().min(0), end: z.int().min(0) })
    .refine(({ start, end }) => start <= end, { path: ['end'], error: 'end must not be before start.' })
    .optional(),
)

/** Original files of one agency. */
export function createAssets({ readAgencyId, store, creators, createId, readFiles }: AssetsDependencies): Assets {
  const resolveCreator = createResolveCreator({ store: creators, createId })
  async function get(id: string): Promise<Asset> {
    const asset = isId('asset', id) ? await store.find(await readAgencyId(), id) : null
    if (asset) return asset
    throw new SocialError('not_found', `There is no asset ${id}.`)
  }
  return {
    add: (input) => addAsset({ readAgencyId, store, resolveCreator, createId, readFiles }, input),
    get,
    async list(query) {
      const { creator, ...window } = parseInput(listInput(), query)
      const agencyId = await readAgencyId()
      const owner = creator === undefined ? undefined : await findCreator(creators, agencyId, creator)
      if (owner === null) return { items: [], next: null }
      return readPage(window, (part) => store.list(agencyId, { ...part, ...(owner && { creatorId: owner.id }) }))
    },
    async open(id, range) {
      const bounds = parseInput(rangeInput(), range)
      const { creatorId, sha256, fileName, mediaInfo } = await get(id)
      const files = await readFiles()
      try {
        const opened = await files.open({ agencyId: await readAgencyId(), creatorId, sha256 }, bounds)
        return { stream: opened.stream, sizeBytes: opened.sizeBytes, type: toMediaType(mediaInfo), fileName }
      } catch (error) {
        throw toFilesProblem(error)
      }
    },
  }
}
