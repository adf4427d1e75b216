import type { XPost } from './state.ts'

const prefixes = { older: '7140dibdnow9c7btw', newer: '77qpymm88g5h9vqk' } as const
const tail = '3f1k9x0zq8vw2m7'
const length = 13

type Direction = keyof typeof prefixes

/** Part of a listing, newest first, and the tokens that lead on from it. */
export interface Page {
  readonly posts: readonly XPost[]
  readonly nextToken: string | undefined
  readonly previousToken: string | undefined
}

/** @returns Undefined for a token that was never given out. */
export function toPage(
  posts: readonly XPost[],
  { token, size, lastPage }: { token: string | null; size: number; lastPage: 'ends' | 'empty_page_follows' },
): Page | undefined {
  const place = token === null ? undefined : parseToken(token)
  if (token !== null && !place) return undefined
  const isBeyond = ({ id }: XPost) => {
    if (!place) return true
    return place.direction === 'older' ? BigInt(id) < place.id : BigInt(id) > place.id
  }
  const candidates = posts.filter(isBeyond)
  const shown = place?.direction === 'newer' ? candidates.slice(-size) : candidates.slice(0, size)
  const first = shown[0]
  const last = shown.at(-1)
  const hasOlder = last !== undefined && (lastPage === 'empty_page_follows' || posts.at(-1) !== last)
  const hasNewer = place !== undefined && (first === undefined || posts[0] !== first)
  return {
    posts: shown,
    nextToken: hasOlder ? toToken('older', BigInt(last.id)) : undefined,
    previousToken: hasNewer ? toToken('newer', first ? BigInt(first.id) : (place?.id ?? 0n) - 1n) : undefined,
  }
}

function toToken(direction: Direction, id: bigint): string {
  return prefixes[direction] + id.toString(36).padStart(length, '0') + tail
}

function parseToken(token: string): { readonly direction: Direction; readonly id: bigint } | undefined {
  const direction = token.startsWith(prefixes.older) ? 'older' : 'newer'
  const digits = token.slice(prefixes[direction].length, -tail.length)
  if (!token.startsWith(prefixes[direction]) || !token.endsWith(tail) || !/^[0-9a-z]{13}$/.test(digits))
    return undefined
  let id = 0n
  for (const digit of digits) id = id * 36n + BigInt(Number.parseInt(digit, 36))
  return { direction, id }
}
