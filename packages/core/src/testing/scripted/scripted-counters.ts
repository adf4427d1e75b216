import type { PlatformAdapter } from '../../platform/platform-adapter.ts'
import type { Counters, PartMetrics } from '../../platform/platform-metrics.ts'
import type { ScriptedPost } from './scripted-platform.ts'

/** What a scripted platform counts, for parts and for the account. A post that was never counted is left out. */
export function createScriptedCounters(options: {
  readonly posts: () => readonly ScriptedPost[]
  /** Throws when the call is to fail. */
  readonly call: (key: string) => void
}): {
  readonly members: Required<Pick<PlatformAdapter, 'readMetrics' | 'readAccountMetrics'>>
  setCounters(id: string, counters: Counters): void
} {
  const counted = new Map<string, Counters>()
  return {
    setCounters: (id, counters) => void counted.set(id, counters),
    members: {
      async readMetrics(parts, context) {
        options.call(context.attempt.key)
        return parts.flatMap(({ externalId }): readonly PartMetrics[] => {
          const post = options.posts().find(({ id }) => id === externalId)
          if (!post || post.removedAt !== null) return [{ externalId, gone: true }]
          const counters = counted.get(externalId)
          return counters ? [{ externalId, counters }] : []
        })
      },
      async readAccountMetrics(context) {
        options.call(context.attempt.key)
        const account = (await context.accessToken()).reveal()
        return { posts: options.posts().filter((post) => post.accountExternalId === account && !post.removedAt).length }
      },
    },
  }
}
