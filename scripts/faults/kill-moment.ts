/** When the process is killed, counted from the moment at which the posts are due. */
export type KillMoment =
  /** When the platform has this request in hand: `before` its effect, and it never comes; or `after` it, and the answer never comes. */
  | { readonly kind: 'request' | 'write'; readonly nth: number; readonly effect: 'before' | 'after' }
  /** Right after this commit of the engine. */
  | { readonly kind: 'commit'; readonly nth: number }
  | { readonly kind: 'time'; readonly afterMs: number }

/** How much a round without a kill had of each. */
export interface RoundLength {
  readonly requests: number
  readonly writes: number
  readonly commits: number
  readonly tookMs: number
}

/** Numbers from 0 to 1 that a seed repeats (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Writes are the rarest and matter most, so that they are drawn by themselves as well. */
const KINDS = ['write', 'write', 'request', 'commit', 'commit', 'time'] as const

export function drawMoment(random: () => number, length: RoundLength): KillMoment {
  const upTo = (count: number): number => 1 + Math.floor(random() * count)
  const kind = KINDS[Math.floor(random() * KINDS.length)] ?? 'time'
  switch (kind) {
    case 'write':
      return { kind, nth: upTo(length.writes), effect: random() < 0.5 ? 'before' : 'after' }
    case 'request':
      return { kind, nth: upTo(length.requests), effect: random() < 0.5 ? 'before' : 'after' }
    case 'commit':
      return { kind, nth: upTo(length.commits) }
    case 'time':
      return { kind, afterMs: Math.floor(random() * length.tookMs) }
  }
}

/** Every write and request, before and after its effect, and every commit of a round. */
export function listMoments({ writes, requests, commits }: RoundLength): KillMoment[] {
  const upTo = (count: number): readonly number[] => Array.from({ length: count }, (_, index) => index + 1)
  const ofCalls = (kind: 'write' | 'request', count: number): readonly KillMoment[] =>
    upTo(count).flatMap((nth) => (['before', 'after'] as const).map((effect) => ({ kind, nth, effect })))
  return [
    ...ofCalls('write', writes),
    ...ofCalls('request', requests),
    ...upTo(commits).map((nth) => ({ kind: 'commit' as const, nth })),
  ]
}

export function nameMoment(moment: KillMoment): string {
  if (moment.kind === 'time') return `after ${moment.afterMs} ms`
  if (moment.kind === 'commit') return `commit ${moment.nth}`
  return `${moment.kind} ${moment.nth}, ${moment.effect}`
}
