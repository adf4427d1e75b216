import fc from 'fast-check'
import type { Hold } from '../../model/hold.ts'
import { firstHold } from '../holding.ts'
import { nextStep } from '../next-step.ts'
import { drawMoment } from './draw-records.ts'
import { must, prove } from './rule-proof.ts'
import { HOUR_MS, LISTING, NOW, samplePublication, withAbilities } from './sample-records.ts'

const STEPS_MAX = 20

/** Whatever holds a post: a cancel ends it at once, it is missed at its latest moment, and nothing goes out under a hold. */
const endsInTime = (decide: typeof nextStep) =>
  fc.property(
    fc.option(drawMoment),
    fc.integer({ min: 1, max: 8 * HOUR_MS }),
    fc.boolean(),
    (until, leftMs, canceled) => {
      const latestBy = NOW + leftMs
      const hold: Hold = { reason: 'paused', scope: 'account', until, message: 'paused' }
      const publication = samplePublication({ latestBy, cancelRequestedAt: canceled ? NOW : null })
      const conditions = withAbilities(LISTING, { holds: [hold] })
      const heldUntil = until ?? Number.POSITIVE_INFINITY
      let now = NOW
      for (let steps = 0; steps < STEPS_MAX; steps += 1) {
        const step = decide(publication, conditions, now)
        if (step.do === 'wait') {
          must(!canceled, 'a cancel waits')
          must(step.until !== null && step.until > now, 'it waits for nothing')
          now = step.until ?? now
          continue
        }
        if (step.do === 'publish')
          return must(now >= heldUntil && now < latestBy && !canceled, 'it went out all the same')
        must(step.do === 'move' && step.move.kind === 'state', `${step.do} instead of an end`)
        const state = step.do === 'move' && step.move.kind === 'state' ? step.move.state : undefined
        if (canceled) return must(state === 'canceled' && now === NOW, 'a cancel did not end it')
        return must(state === 'missed' && now === latestBy, 'it was not missed when it was late')
      }
      throw new Error('it has no end')
    },
  )

/** Rule 22, the order in which `nextStep` asks. */
export const ORDER_PROOFS = prove(22, 'a cancel and the latest moment count under a hold', endsInTime, nextStep, {
  'holds come before cancel and latestBy': (publication, conditions, now) => {
    const hold = firstHold(conditions, now)
    return hold
      ? { do: 'wait', until: hold.until ?? publication.latestBy, hold }
      : nextStep(publication, conditions, now)
  },
  'it wakes at the end of the hold only': (publication, conditions, now) => {
    const step = nextStep(publication, conditions, now)
    return step.do === 'wait' && step.hold ? { ...step, until: step.hold.until ?? step.until } : step
  },
  'latestBy is not asked': (publication, conditions, now) =>
    nextStep({ ...publication, latestBy: Number.MAX_SAFE_INTEGER }, conditions, now),
})
