import type { Hold } from '../model/hold.ts'
import type { PlatformAdapter } from '../platform/platform-adapter.ts'
import type { PublishLimit } from '../platform/publish-limit.ts'
import type { RateOperation, RateWindow } from '../platform/rate-window.ts'
import { RATE_MARGIN_MS } from './timing.ts'

/** An allowance of which nothing is left, as the platform's last answer says or our own count. */
export interface UsedUpWindow {
  readonly name: string
  readonly scope: RateWindow['scope']
  readonly limit: number
  /** Null: every call. */
  readonly operations: readonly RateOperation[] | null
  /** When calls are made again, epoch milliseconds: a moment after the reset. */
  readonly endsAt: number
}

/** What adapters say about how much may be published, by platform. */
export type PublishLimits = Readonly<Record<string, readonly PublishLimit[]>>

export function toPublishLimits(adapters: Iterable<PlatformAdapter>): PublishLimits {
  const limits = [...adapters].flatMap(({ platform, publishLimits }) =>
    publishLimits?.length ? [[platform, publishLimits] as const] : [],
  )
  return Object.fromEntries(limits)
}

/** Why the platform would refuse a call of this kind now, and until when; null when it is not known to. The longest window counts. */
export function findRateHold(windows: readonly UsedUpWindow[], operation: RateOperation, now: number): Hold | null {
  const [longest] = windows
    .filter(({ endsAt, operations }) => endsAt > now && (operations === null || operations.includes(operation)))
    .toSorted((a, b) => b.endsAt - a.endsAt)
  if (!longest) return null
  const { name, scope, limit, endsAt } = longest
  const whose = { account: 'this account', app: 'the app, for all its accounts', egress: 'this address' }[scope]
  const again = new Date(endsAt).toISOString()
  const message = `The platform's allowance of ${whose} is used up: ${limit} of ${limit} (${name}). It goes on at ${again}.`
  return { reason: 'rate_limited', scope, until: endsAt, message }
}

/** What is used up after an answer: the newest word on a window counts. */
export function afterAnswer(
  windows: readonly UsedUpWindow[],
  answered: readonly RateWindow[],
  now: number,
): readonly UsedUpWindow[] {
  const isRenewed = (window: UsedUpWindow): boolean =>
    answered.some(({ name, scope }) => name === window.name && scope === window.scope)
  const usedUp = answered.flatMap(({ resetAt, remaining, operations = null, name, scope, limit }) => {
    const endsAt = resetAt + RATE_MARGIN_MS
    return remaining < 1 && endsAt > now ? [{ name, scope, limit, operations, endsAt }] : []
  })
  return [...windows.filter((window) => !isRenewed(window)), ...usedUp]
}
