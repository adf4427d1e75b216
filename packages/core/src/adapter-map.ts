import { withPublicUrlCheck } from './assets/check-public-urls.ts'
import type { PlatformAdapter } from './platform/platform-adapter.ts'
import type { SocialOptions } from './social.ts'
import { SocialError } from './social-error.ts'

/**
 * Adapters by their platform.
 *
 * @throws {SocialError} `misconfigured`.
 */
export function toAdapterMap({
  adapters,
  files,
}: Pick<SocialOptions, 'adapters' | 'files'>): ReadonlyMap<string, PlatformAdapter> {
  for (const { platform, publishLimits = [] } of adapters) {
    const wrong = publishLimits.find(({ max, perMs }) => !Number.isInteger(max) || max < 1 || !(perMs > 0))
    if (!wrong) continue
    const rule = 'max is a whole number from 1 on, perMs more than 0.'
    throw new SocialError('misconfigured', `The limit "${wrong.name}" in publishLimits of ${platform}: ${rule}`)
  }
  const map = new Map(adapters.map((adapter) => [adapter.platform, withPublicUrlCheck(adapter, files)]))
  if (map.size === adapters.length) return map
  throw new SocialError('misconfigured', 'Two adapters have the same platform; each platform has one adapter.')
}
