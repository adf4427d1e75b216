const dayMs = 86_400_000
const shortMarginMs = 300_000
const jitterShare = 0.1

/** When a token came and when it ends, in epoch milliseconds. */
export interface TokenLife {
  readonly obtainedAt: number
  /** Null: it does not end, or nobody knows when. */
  readonly expiresAt: number | null
}

/**
 * Whether a token should be refreshed before it is used for `forMs`: five minutes earlier than needed, tokens of a day or more at 80 % of their
 * life, but none in the first fifth of its life, so that short ones are used at all.
 *
 * @param random Between 0 and 1; moves the margin by up to 10 %, so that processes do not all come at once.
 */
export function isRefreshDue(
  { obtainedAt, expiresAt }: TokenLife,
  { forMs, now, random }: { readonly forMs: number; readonly now: number; readonly random: number },
): boolean {
  if (expiresAt === null) return false
  const lifeMs = Math.max(0, expiresAt - obtainedAt)
  const margin = lifeMs >= dayMs ? lifeMs * 0.2 : shortMarginMs
  const moved = margin * (1 - jitterShare + 2 * jitterShare * random)
  return expiresAt - now <= Math.min(forMs + moved, lifeMs * 0.8)
}

/** Whether a token is good for the next `forMs`. */
export function isGoodFor({ expiresAt }: TokenLife, { forMs, now }: { readonly forMs: number; readonly now: number }) {
  return expiresAt === null || expiresAt - now > forMs
}
