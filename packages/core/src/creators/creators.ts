import type { CreatorId } from '../model/ids.ts'

/** The person or brand that an agency works for. */
export interface Creator {
  readonly id: CreatorId
  /** The app's own id, where it gave one; unique per agency. */
  readonly externalId: string | null
  readonly name: string | null
  readonly createdAt: Date
}

export interface Creators {
  /** Adds a creator, or returns the one with this external id with its name brought up to date. */
  add(input: { readonly externalId?: string; readonly name?: string }): Promise<Creator>
  /** By our id or the app's own. Throws `not_found`. */
  get(creator: string): Promise<Creator>
  list(query?: { readonly limit?: number; readonly after?: string }): Promise<Page<Creator>>
}

/** One page of a list, newest first. */
export interface Page<Item> {
  readonly items: readonly Item[]
  /** Pass as `after` for the next page; null at the end. */
  readonly next: string | null
}
