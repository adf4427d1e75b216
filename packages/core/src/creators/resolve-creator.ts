import * as z from 'zod'
import { type AgencyId, type CreateId, isId } from '../model/ids.ts'
import { once } from '../once.ts'
import { SocialError } from '../social-error.ts'
import type { CreatorStore } from './creator-store.ts'
import type { Creator } from './creators.ts'

/** Most characters of an app's own id, and of a name. */
export const creatorTextLengthMax = 200

/** A creator as a caller names it: by our id or by the app's own. */
export const creatorField = once(() => z.string().min(1).max(creatorTextLengthMax))

/** Finds a creator by our id, or by the app's own id. */
export function findCreator(store: CreatorStore, agencyId: AgencyId, creator: string): Promise<Creator | null> {
  return store.find(agencyId, isId('creator', creator) ? { id: creator } : { externalId: creator })
}

/** Finds the creator that a caller names; with `create`, an id of the app's own makes one on its first use. */
export type ResolveCreator = (
  agencyId: AgencyId,
  creator: string,
  options: { readonly create: boolean },
) => Promise<Creator>

/** @returns A function that throws `SocialError` `not_found` for a creator that neither exists nor may be made. */
export function createResolveCreator(dependencies: {
  readonly store: CreatorStore
  readonly createId: CreateId
}): ResolveCreator {
  const { store, createId } = dependencies
  return async (agencyId, creator, { create }) => {
    const found = await findCreator(store, agencyId, creator)
    if (found) return found
    if (!create || isId('creator', creator)) throw new SocialError('not_found', `There is no creator ${creator}.`)
    return store.add(agencyId, { id: createId('creator'), externalId: creator, name: null })
  }
}
