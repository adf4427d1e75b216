import { loadOnce } from '../load-once.ts'
import type { Advance } from './advance.ts'
import type { WorkDependencies } from './work-context.ts'

/** `createAdvance`, whose code (a third of core) is loaded by a process that publishes, not by one that only plans posts. */
export function createLoadingAdvance(dependencies: WorkDependencies): {
  readonly advance: Advance
  /** Ahead of the first call; a failure is left to that call. */
  readonly preload: () => void
} {
  const load = loadOnce(async () => (await import('./advance.ts')).createAdvance(dependencies))
  return {
    advance: async (...input) => (await load())(...input),
    preload: () => void load().catch(() => undefined),
  }
}
