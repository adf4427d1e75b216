import type { SocialParts } from '../agency-social.ts'
import { isId } from '../model/ids.ts'
import { toAbilities } from '../publishing/abilities.ts'
import type { SocialEngine } from './engine.ts'

/** The engine's side of `createSocial`: wiring only. */
export function createEngine(parts: SocialParts): SocialEngine {
  const { adapters, advance, events, collectMetrics, ports, renewConnections } = parts
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
    renewConnections,
    handover: ports.handover,
  }
}
