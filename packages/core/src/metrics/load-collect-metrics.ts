import { loadOnce } from '../load-once.ts'
import type { CollectMetrics, CollectMetricsDependencies } from './collect-metrics.ts'

/** `createCollectMetrics`, whose code is loaded with the first call. */
export function createLoadingCollectMetrics(dependencies: CollectMetricsDependencies): CollectMetrics {
  const load = loadOnce(async () => (await import('./collect-metrics.ts')).createCollectMetrics(dependencies))
  return async (...input) => (await load())(...input)
}
