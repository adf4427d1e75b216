import type { SocialParts } from '../agency-social.ts'
import { isId } from '../model/ids.ts'
import { toAbilities } from '../publishing/abilities.ts'
import type { SocialEngine } from './engine.ts'
import { createRenewConnections } from './renew-connections.ts'

/** The engine's side of `createSocial`: wiring only. */
export function createEngine(parts: SocialParts): SocialEngine {
  const { adapters, advance, events, collectMetrics, access, host, log, ports } = parts
  return {
    platforms: [...adapters.values()].map((adapter) => ({
      platform: adapter.platform,
      publishTimeoutMs: toAbilities(adapter).publishTimeoutMs,
    })),
    async advance(publicationId, options) {
      if (!isId('publication', publicationId)) return { done: true }
      const advanced = await advance(publicationId, options)
      events.wake()
      parts.spendingLoop?.wake()
      return advanced
    },
    collectMetrics,
    renewConnections: createRenewConnections({
      store: ports.renewals,
      access,
      monotonic: host.monotonic,
      log,
    }),
    handover: ports.handover,
  }
}
