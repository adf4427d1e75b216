import { isId } from '../model/ids.ts'
import { toAbilities } from '../publishing/abilities.ts'
import type { SocialParts } from '../social-parts.ts'
import type { SocialEngine } from './engine.ts'

const STOP_GRACE_MS = 10_000

/** The engine's side of `createSocial`: wiring only. */
export function createEngine(parts: SocialParts): SocialEngine {
  const { adapters, advance, followUp, collectMetrics, ports, renewConnections } = parts
  return {
    platforms: [...adapters.values()].map((adapter) => ({
      platform: adapter.platform,
      publishTimeoutMs: toAbilities(adapter).publishTimeoutMs,
    })),
    async advance(publicationId, options) {
      if (!isId('publication', publicationId)) return { done: true }
      const advanced = await advance(publicationId, options)
      followUp.wake()
      return advanced
    },
    collectMetrics,
    renewConnections,
    followUp() {
      const user = {}
      followUp.start(user)
      return { stop: ({ graceMs = STOP_GRACE_MS } = {}) => followUp.stop(user, graceMs) }
    },
    handover: ports.handover,
  }
}
