import { randomBytes } from 'node:crypto'
import { recordServiceUse } from './service-use.ts'

/**
 * Where a Temporal for tests listens, or undefined when this run has none. Skip on it with `describe.skipIf(!temporalAddress)`; a run with `CI=true` then
 * fails instead of passing without.
 */
export const temporalAddress: string | undefined = process.env.OFM_TEST_TEMPORAL_ADDRESS || undefined

/** A prefix for queues and ids that no other test has: all share one server and its namespace `default`. */
export function createQueuePrefix(): string {
  recordServiceUse('Temporal')
  return `test-${randomBytes(6).toString('hex')}`
}
