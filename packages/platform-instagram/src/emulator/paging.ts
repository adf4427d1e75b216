import { type InstagramCall, toHostUrl } from './call.ts'
import { wrongParameter } from './graph-error.ts'

export interface PagingLimits {
  readonly defaultLimit: number
  readonly limitMax: number
}

interface ListPage<Item> {
  readonly items: readonly Item[]
  readonly paging: unknown
}

/** A page of a list by its cursors, and the addresses of the neighbouring ones. */
export function cutPage<Item extends { readonly id: string }>(
  call: InstagramCall,
  items: readonly Item[],
  { defaultLimit, limitMax }: PagingLimits,
): ListPage<Item> {
  const limit = Math.min(readLimit(call, defaultLimit), limitMax)
  const after = call.parameters.get('after') || undefined
  const before = call.parameters.get('before') || undefined
  const start = findStart(items, { after, before, limit })
  const end = before !== undefined ? findIndex(items, before) : start + limit
  const page = items.slice(start, end)
  const first = page[0]
  const last = page.at(-1)
  if (!first || !last) return { items: page, paging: undefined }
  const cursors = { before: toCursor(first.id), after: toCursor(last.id) }
  const next = end < items.length ? { next: toPageUrl(call, 'after', cursors.after) } : {}
  const previous = start > 0 ? { previous: toPageUrl(call, 'before', cursors.before) } : {}
  return { items: page, paging: { cursors, ...next, ...previous } }
}

function readLimit({ parameters }: InstagramCall, defaultLimit: number): number {
  const text = parameters.get('limit')
  if (text === undefined || text === '') return defaultLimit
  const limit = Number(text)
  if (!Number.isInteger(limit) || limit < 1) throw wrongParameter('(#100) Param limit must be a positive integer')
  return limit
}

function findStart(
  items: readonly { readonly id: string }[],
  { after, before, limit }: { after: string | undefined; before: string | undefined; limit: number },
): number {
  if (after !== undefined) return findIndex(items, after) + 1
  if (before !== undefined) return Math.max(0, findIndex(items, before) - limit)
  return 0
}

function findIndex(items: readonly { readonly id: string }[], cursor: string): number {
  const id = Buffer.from(cursor, 'base64url').toString()
  const index = items.findIndex((item) => item.id === id)
  if (index < 0) throw wrongParameter('(#100) Invalid cursor')
  return index
}

function toCursor(id: string): string {
  return Buffer.from(id).toString('base64url')
}

/** Carries the token only where the call carried it in its address. */
function toPageUrl(call: InstagramCall, direction: 'after' | 'before', cursor: string): string {
  const url = new URL(`${toHostUrl(call, call.host)}/${call.version}${call.path}`)
  for (const [name, value] of call.request.url.searchParams) {
    if (name !== 'after' && name !== 'before') url.searchParams.set(name, value)
  }
  url.searchParams.set(direction, cursor)
  return url.href
}
