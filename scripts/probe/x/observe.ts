import type { Observation } from '../probe-definition.ts'
import { toRecord, type XAnswer } from './call-x.ts'

export function observe(value: string, answer: XAnswer): Observation {
  return { value, detail: toDetail(answer) }
}

/** The first name that the answer fits; an answer that fits none settles nothing. */
export async function conclude(
  asked: XAnswer | Promise<XAnswer>,
  meanings: Readonly<Record<string, (answer: XAnswer) => boolean>>,
): Promise<Observation> {
  const answer = await asked
  const value = Object.keys(meanings).find((name) => meanings[name]?.(answer))
  return value === undefined ? unclear(answer) : observe(value, answer)
}

/** What a probe goes on from. An answer without an id settles nothing, and ends it. */
export async function withId(asked: Promise<XAnswer>): Promise<XAnswer & { readonly id: string }> {
  const answer = await asked
  const { id } = answer
  if (id === undefined) throw new Error(toDetail(answer))
  return { ...answer, id }
}

/** The same for an answer that has to be this one. */
export async function withStatus(status: number, asked: Promise<XAnswer>): Promise<XAnswer> {
  const answer = await asked
  if (answer.status !== status) throw new Error(toDetail(answer))
  return answer
}

/** What X answered settles nothing. */
export function unclear(answer: XAnswer): Observation {
  return { value: undefined, detail: toDetail(answer) }
}

export function notAsked(detail: string): Observation {
  return { value: undefined, detail, notAsked: true }
}

export function hasId({ id }: XAnswer): boolean {
  return id !== undefined
}

export function hasStatus(status: number): (answer: XAnswer) => boolean {
  return (answer) => answer.status === status
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
