import type { CallContext, DestinationFacts } from '@ofm-social/core'
import * as z from 'zod'
import type { XApi } from './api.ts'
import type { XLimits } from './limits.ts'

const factsLifeMs = 86_400_000

/** What X says about an account. */
export interface XFacts extends DestinationFacts {
  /** `None`, `Basic`, `Premium`, `PremiumPlus`. */
  readonly subscriptionType: string | null
  readonly verifiedType: string | null
  readonly isProtected: boolean
}

const factsSchema = z.object({
  expiresAt: z.number(),
  subscriptionType: z.string().nullable(),
  verifiedType: z.string().nullable(),
  isProtected: z.boolean(),
})

/** Reads the account's tier, which decides how long texts and videos may be. Billed as one read of a user; good for a day. */
export async function readFacts(api: XApi, context: CallContext): Promise<XFacts> {
  const me = await api.readMe(context, 'subscription_type,verified_type,protected')
  return {
    expiresAt: context.now + factsLifeMs,
    subscriptionType: me.subscription_type ?? null,
    verifiedType: me.verified_type ?? null,
    isProtected: me.protected ?? false,
  }
}

/** Undefined when nothing is known, or what is stored is of another release. */
export function toXFacts(facts: DestinationFacts | undefined): XFacts | undefined {
  return factsSchema.safeParse(facts).data
}

/** Whether the account pays for Premium. Basic may write long posts, too. */
export function isPaying(facts: XFacts): boolean {
  const { subscriptionType, verifiedType } = facts
  const isSubscribed = subscriptionType !== null && subscriptionType !== 'None'
  return isSubscribed || verifiedType === 'business' || verifiedType === 'government'
}

/** Limits of the account by its tier; those that the host gave stay. */
export function toAccountLimits(limits: XLimits, facts: XFacts | undefined): XLimits {
  if (!facts || !isPaying(facts)) return limits
  const { paying } = limits
  return {
    ...limits,
    textLengthMax: Math.max(limits.textLengthMax, paying.textLengthMax),
    video: {
      ...limits.video,
      durationSecondsMax: Math.max(limits.video.durationSecondsMax, paying.videoDurationSecondsMax),
    },
  }
}
