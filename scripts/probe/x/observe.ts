import type { Observation } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'

export function observe(value: string, answer: XAnswer): Observation {
  return { value, detail: toDetail(answer) }
}

/** What X answered settles nothing. */
export function unclear(answer: XAnswer): Observation {
  return { value: undefined, detail: toDetail(answer) }
}

export function notAsked(detail: string): Observation {
  return { value: undefined, detail, notAsked: true }
}

export function isDuplicate(answer: XAnswer): boolean {
  return answer.status === 403 && /duplicate/i.test(answer.body)
}

/** A refusal that is no fault of money, limits or the token. */
export function isRefused({ status, body }: XAnswer): boolean {
  return status >= 400 && status < 500 && ![401, 402, 408, 429].includes(status) && !/problems\/credits/.test(body)
}

/** The last part of a problem's type, which is the same at both hosts that X uses. */
export function toProblemType({ json }: XAnswer): string {
  const { type, errors } = toRecord(json)
  const [first] = Array.isArray(errors) ? errors : []
  return String(type ?? toRecord(first).type ?? 'none').replace(/^.*\//, '')
}

export function toDetail({ status, body }: XAnswer): string {
  return `${status} ${body.slice(0, 300)}`
}
