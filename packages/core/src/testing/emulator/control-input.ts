import * as z from 'zod'
import type { EmulatedMetrics } from './emulator-definition.ts'
import type { FaultRule } from './emulator-fault.ts'

/** One thing that is wrong with the input of a control call. */
export interface ControlProblem {
  /** `fault/status`; empty for the whole input. */
  readonly path: string
  readonly problem: string
}

/** The input, or everything that is wrong with it. */
export type ControlInput<Value> =
  | { readonly value: Value; readonly problems?: undefined }
  | { readonly problems: readonly ControlProblem[] }

const milliseconds = z.number().nonnegative()
const status = z.int().min(200).max(599)
const headers = z.record(z.string(), z.string()).optional()
const effect = z.enum(['before', 'after']).optional()

const fault = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('refuse'), status, body: z.unknown().optional(), headers }),
  z.strictObject({ kind: z.literal('accept_then_status'), status, body: z.unknown().optional(), headers }),
  z.strictObject({ kind: z.literal('accept_then_reset') }),
  z.strictObject({ kind: z.literal('reset_before') }),
  z.strictObject({ kind: z.literal('delay'), ms: milliseconds, effect }),
  z.strictObject({
    kind: z.literal('rate_limit'),
    retryAfterMs: milliseconds.optional(),
    scope: z.string().optional(),
  }),
  z.strictObject({ kind: z.literal('slow_processing'), ms: milliseconds }),
  z.strictObject({ kind: z.literal('fail_processing'), reason: z.string() }),
  z.strictObject({ kind: z.literal('revoke_token') }),
  z.strictObject({ kind: z.literal('html_502'), effect }),
  z.strictObject({ kind: z.literal('truncate_body'), effect }),
])

const match = z
  .strictObject({
    method: z.string().optional(),
    path: z.string().startsWith('/', 'must start with a slash').optional(),
    pathPattern: z.string().refine(isPattern, 'is no regular expression').optional(),
  })
  .refine((value) => value.path === undefined || value.pathPattern === undefined, 'takes path or pathPattern, not both')

const faultRule = z.strictObject({ match, times: z.int().positive().optional(), fault })

const clockMove = z.strictObject({ advanceMs: milliseconds })

/** Input of `POST /_emulator/faults`. */
export function parseFaultRule(input: unknown): ControlInput<FaultRule> {
  return parse(faultRule, input)
}

/**
 * Input of `POST /_emulator/posts/{id}/metrics`.
 *
 * @param known Names of counters that there are; undefined for any.
 */
export function parseMetrics(input: unknown, known?: readonly string[]): ControlInput<EmulatedMetrics> {
  const isCurve = typeof input === 'object' && input !== null && 'curve' in input
  return parse<EmulatedMetrics>(isCurve ? toCurve(known) : toCounters(known), input)
}

function toCurve(known: readonly string[] | undefined) {
  const point = z.strictObject({ afterMs: milliseconds, counters: toCounters(known) })
  return z.strictObject({ curve: z.array(point).min(1, 'has no points') })
}

function toCounters(known: readonly string[] | undefined) {
  const counters = z.record(z.string(), z.number()).superRefine((given, { addIssue }) => {
    const names = Object.keys(given)
    if (names.length === 0) addIssue('names no counter')
    for (const name of names) {
      if (known?.includes(name) !== false) continue
      addIssue({ code: 'custom', path: [name], message: `is no counter; there are: ${known.join(', ')}` })
    }
  })
  return counters
}

/** Input of `POST /_emulator/clock`. */
export function parseClockMove(input: unknown): ControlInput<{ readonly advanceMs: number }> {
  return parse(clockMove, input)
}

function parse<Value>(schema: z.ZodType<Value>, input: unknown): ControlInput<Value> {
  const result = schema.safeParse(input)
  if (result.success) return { value: result.data }
  return { problems: result.error.issues.map(({ path, message }) => ({ path: path.join('/'), problem: message })) }
}

function isPattern(source: string): boolean {
  try {
    new RegExp(source)
    return true
  } catch {
    return false
  }
}
