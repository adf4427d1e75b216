import * as z from 'zod'
import { type Id, type IdKind, isId } from '../model/ids.ts'
import type { ListWindow } from './creator-store.ts'
import type { Page } from './creators.ts'

const limitDefault = 50
const limitMax = 200

/** Fields of a query for one page of a list of ids of this kind. */
export function pageFields<Kind extends IdKind>(kind: Kind) {
  return {
    limit: z.int().min(1).max(limitMax).optional(),
    after: z
      .custom<Id<Kind>>((value) => isId(kind, value), { error: 'after must be what an earlier page returned as next.' })
      .optional(),
  }
}

/** Reads one item more than asked for, to know whether there is a next page. */
export async function readPage<Item extends { readonly id: Id<IdKind> }>(
  { limit = limitDefault, after }: { readonly limit?: number | undefined; readonly after?: Item['id'] | undefined },
  read: (window: ListWindow<Item['id']>) => Promise<readonly Item[]>,
): Promise<Page<Item>> {
  const found = await read({ limit: limit + 1, ...(after && { after }) })
  const items = found.slice(0, limit)
  return { items, next: found.length > limit ? (items.at(-1)?.id ?? null) : null }
}
