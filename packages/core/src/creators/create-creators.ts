import * as z from 'zod'
import { type AgencyId, type CreateId, isId } from '../model/ids.ts'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { CreatorStore } from './creator-store.ts'
import type { Creators } from './creators.ts'
import { pageFields, readPage } from './page.ts'
import { createResolveCreator, creatorField, creatorTextLengthMax } from './resolve-creator.ts'

export interface CreatorsDependencies {
  /** The agency that all calls act for; made on first use. */
  readonly readAgencyId: () => Promise<AgencyId>
  readonly store: CreatorStore
  readonly createId: CreateId
}

const addInput = once(() =>
  z.strictObject({
    externalId: creatorField()
      .refine((text) => !isId('creator', text), { error: 'externalId must be an id of your own, not one of ours.' })
      .optional(),
    name: z.string().min(1).max(creatorTextLengthMax).optional(),
  }),
)
const listInput = once(() => z.strictObject(pageFields('creator')).default({}))

/** Creators of one agency. */
export function createCreators({ readAgencyId, store, createId }: CreatorsDependencies): Creators {
  const resolveCreator = createResolveCreator({ store, createId })
  return {
    async add(input) {
      const { externalId = null, name = null } = parseInput(addInput(), input)
      return store.add(await readAgencyId(), { id: createId('creator'), externalId, name })
    },
    async get(creator) {
      return resolveCreator(await readAgencyId(), parseInput(creatorField(), creator), { create: false })
    },
    async list(query) {
      const window = parseInput(listInput(), query)
      const agencyId = await readAgencyId()
      return readPage(window, (part) => store.list(agencyId, part))
    },
  }
}
