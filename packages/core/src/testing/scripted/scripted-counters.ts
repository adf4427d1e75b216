import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import type { Counters, PartMetrics } from '../../platform/platform-metrics.ts'
import type { ScriptedWorld } from './scripted-world.ts'

/** What a scripted platform counts, for parts and for the account. A post that was never counted is left out. */
export function createScriptedCounters(world: ScriptedWorld): {
  readonly members: Required<Pick<PlatformAdapter, 'readMetrics' | 'readAccountMetrics'>>
  setCounters(id: string, counters: Counters): void
} {
  const counted = new Map<string, Counters>()
  return {
    setCounters: (id, counters) => void counted.set(id, counters),
    members: {
      async readMetrics(parts, context) {
        world.read('readMetrics', context)
        return parts.flatMap(({ externalId }): readonly PartMetrics[] => {
          const post = world.posts.find(({ id }) => id === externalId)
          if (!post || post.removedAt !== null) return [{ externalId, gone: true }]
          const counters = counted.get(externalId)
          return counters ? [{ externalId, counters }] : []
        })
      },
      async readAccountMetrics(context) {
        world.read('readMetrics', context)
        const account = (await context.accessToken()).reveal()
        return { posts: world.posts.filter((post) => post.accountExternalId === account && !post.removedAt).length }
      },
    },
  }
}
