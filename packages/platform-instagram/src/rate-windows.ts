import type { RateWindow } from '@ofm-social/core'
import * as z from 'zod'

const hourMs = 3_600_000
/** Used up, and nobody says until when: what other calls used leaves the rolling hour bit by bit. */
const usedUpMs = 900_000
const usageSchema = z.looseObject({
  type: z.string().nullish(),
  call_count: z.number().nullish(),
  total_cputime: z.number().nullish(),
  total_time: z.number().nullish(),
  estimated_time_to_regain_access: z.number().nullish(),
})
const businessUsageSchema = z.record(z.string(), z.array(usageSchema))

type Usage = z.infer<typeof usageSchema>

/**
 * What an answer says about limits: how much is used, in per cent, of the app's and of the account's allowance.
 *
 * @see https://developers.facebook.com/docs/graph-api/overview/rate-limiting/
 */
export function readRateWindows({ headers, now }: { headers: Headers; now: number }): readonly RateWindow[] {
  const app = usageSchema.safeParse(readJson(headers, 'x-app-usage')).data
  const usages = listBusinessUsage(headers)
  const types = new Set(usages.map(toType))
  return [
    ...(app ? [toWindow([app], 'calls of the app', 'app', now)] : []),
    ...[...types].map((type) => {
      const ofType = usages.filter((usage) => toType(usage) === type)
      const window = toWindow(ofType, `calls (${type})`, 'account', now)
      // Other kinds are counted apart: none of them keeps anything of Instagram back.
      return type === 'instagram' ? window : { ...window, operations: [] }
    }),
  ]
}

/** How long calls are refused, where an answer says it; Instagram has no `Retry-After`. */
export function readRegainMs(headers: Headers): number | undefined {
  const minutes = Math.max(0, ...listBusinessUsage(headers).map((usage) => usage.estimated_time_to_regain_access ?? 0))
  return minutes > 0 ? minutes * 60_000 : undefined
}

const toType = ({ type }: Usage): string => type ?? 'instagram'

/** A call may count for several businesses: the one that is used most decides. */
function toWindow(usages: readonly Usage[], name: string, scope: 'app' | 'account', now: number): RateWindow {
  const shares = usages.flatMap((usage) => [usage.call_count, usage.total_cputime, usage.total_time])
  const used = Math.max(...shares.map((share) => share ?? 0))
  const regainMs = Math.max(...usages.map((usage) => usage.estimated_time_to_regain_access ?? 0)) * 60_000
  const remaining = Math.max(0, 100 - used)
  const resetAt = now + (regainMs || (remaining < 1 ? usedUpMs : hourMs))
  return { name, scope, limit: 100, remaining, resetAt }
}

function listBusinessUsage(headers: Headers): readonly Usage[] {
  const parsed = businessUsageSchema.safeParse(readJson(headers, 'x-business-use-case-usage'))
  return Object.values(parsed.data ?? {}).flat()
}

function readJson(headers: Headers, name: string): unknown {
  try {
    return JSON.parse(headers.get(name) ?? 'null')
  } catch {
    return undefined
  }
}
