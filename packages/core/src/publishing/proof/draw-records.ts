import fc from 'fast-check'
import type { AttemptRecord } from '../../model/publication.ts'
import { HOUR_MS, NOW, sampleAttempt } from './sample-records.ts'

const openOutcomes = fc.constantFrom('processing' as const, 'unknown' as const)
const verdicts = fc.constantFrom('refused' as const, 'not_sent' as const, 'absent' as const)

/** An attempt that has ended: still open to a verdict, or closed without having published. */
const drawEnded: fc.Arbitrary<Partial<AttemptRecord>> = fc.oneof(
  fc.record({ outcome: openOutcomes, verdict: fc.constant(null), overridden: fc.boolean() }),
  fc.record({ outcome: fc.constant('closed' as const), verdict: verdicts }),
)

/** Attempts of a part, none in flight and none published. */
export const drawAttempts = (count: { readonly min: number; readonly max: number }): fc.Arbitrary<AttemptRecord[]> =>
  fc
    .array(drawEnded, { minLength: count.min, maxLength: count.max })
    .map((drawn) =>
      drawn.map((changes, index) => sampleAttempt({ number: index + 1, handle: `handle-${index + 1}`, ...changes })),
    )

/** Moments around now. */
export const drawMoment = fc.integer({ min: -4 * HOUR_MS, max: 4 * HOUR_MS }).map((ms) => NOW + ms)
