import type { SkippedPoint } from '../probe-definition.ts'
import { openPoints } from './open-points.ts'

/** What is unknown about X and cannot be asked by requests. */
export const skippedPoints: readonly SkippedPoint[] = openPoints.flatMap((point) =>
  'reason' in point ? [{ question: point.question, reason: point.reason }] : [],
)
