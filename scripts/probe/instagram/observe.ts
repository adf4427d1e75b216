import type { Observation, ProbeRequest } from '../probe-definition.ts'
import type { InstagramAnswer } from './call-instagram.ts'

export function observe(value: string, answer: InstagramAnswer): Observation {
  return { value, detail: toDetail(answer) }
}

/** What Instagram answered settles nothing. */
export function unclear(answer: InstagramAnswer): Observation {
  return { value: undefined, detail: toDetail(answer) }
}

export function notAsked(detail: string): Observation {
  return { value: undefined, detail, notAsked: true }
}

/** Of the token, the account, limits, or Instagram itself: none of them says anything about the question. */
const OTHER_REASONS = /^(?:-1|1|2|3|4|9|10|17|25|32|102|190|2\d\d|341|368|613|8000\d)(?:\/|$)/

/** Refused for what was asked. */
export const isRefused = ({ code }: InstagramAnswer): boolean => code !== undefined && !OTHER_REASONS.test(code)

/** `taken`, `refused`, or nothing that could be concluded. */
export function observeTaken(answer: InstagramAnswer, values: { taken: string; refused: string }): Observation {
  if (answer.id !== undefined) return observe(values.taken, answer)
  return isRefused(answer) ? observe(values.refused, answer) : unclear(answer)
}

/** Instagram bills nothing. */
export const free = (request: string): ProbeRequest => ({ request, costMicroUsd: 0 })

function toDetail({ status, body }: InstagramAnswer): string {
  return `${status} ${body.slice(0, 300)}`
}
