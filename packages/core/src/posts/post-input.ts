import * as z from 'zod'
import { once } from '../once.ts'
import { parseInput } from '../parse-input.ts'
import type { InputProblem } from '../social-error.ts'
import { SocialError } from '../social-error.ts'
import { type ParsedSchedule, parseSchedule, type Schedule } from './schedule.ts'

const TEXT_MAX = 100_000
const LATEST_BY_MAX_MS = 30 * 86_400_000
const textField = once(() => z.string().max(TEXT_MAX))
const assetField = once(() =>
  z.union([
    z.string().min(1),
    z.strictObject({ asset: z.string().min(1), altText: z.string().max(10_000).optional() }),
  ]),
)
const assetsField = once(() => z.array(assetField()).max(100))
const partField = once(() => z.strictObject({ text: textField().optional(), assets: assetsField().optional() }))
const partsField = once(() => z.array(partField()).min(1).max(100))
const destinationField = once(() =>
  z.union([
    z.string().min(1),
    z.strictObject({
      account: z.string().min(1),
      target: z.string().min(1).max(500).optional(),
      settings: z.unknown().refine(isJson, { error: jsonOnly }).optional(),
      text: textField().optional(),
      parts: partsField().optional(),
    }),
  ]),
)
const contentFields = once(() => ({
  text: textField().optional(),
  assets: assetsField().optional(),
  parts: partsField().optional(),
  comment: textField().min(1).optional(),
  rating: z.enum(['general', 'adult']).optional(),
}))
const byField = once(() => z.string().min(1).max(200).optional())
const atField = once(() => z.union([z.date(), z.string().min(1).max(200)]))
const latestByField = once(() => z.int().min(60_000).max(LATEST_BY_MAX_MS).optional())
const postFields = once(() => ({ to: z.array(destinationField()).min(1).max(100), ...contentFields() }))
const createSchema = once(() =>
  z.strictObject({
    ...postFields(),
    at: atField().optional(),
    key: z.string().min(1).max(200).optional(),
    approval: z.enum(['none', 'required']).optional(),
    latestByMs: latestByField(),
    draft: z.boolean().optional(),
    by: byField(),
  }),
)
const editSchema = once(() =>
  z.strictObject({
    ...contentFields(),
    comment: textField().min(1).nullable().optional(),
    settings: z.record(z.string(), z.unknown().refine(isJson, { error: jsonOnly })).optional(),
    by: byField(),
  }),
)
const rescheduleSchema = once(() => z.strictObject({ at: atField(), latestByMs: latestByField(), by: byField() }))
const approveSchema = once(() => z.strictObject({ revisionHash: z.string().min(1), by: byField() }))
const bySchema = once(() => z.strictObject({ by: byField() }).default({}))

/** What is published, as it was given: stored with the revision. */
export type PostContent = z.output<z.ZodObject<ReturnType<typeof postFields>>>
export type CreateInput = z.output<ReturnType<typeof createSchema>>
export type EditInput = z.output<ReturnType<typeof editSchema>>

export const parseCreate = (input: unknown): CreateInput => withoutBothForms(parseInput(createSchema(), input))
export const parseEdit = (input: unknown): EditInput => withoutBothForms(parseInput(editSchema(), input))
export const parseApprove = (input: unknown) => parseInput(approveSchema(), input)
export const parseBy = (input: unknown): string => parseInput(bySchema(), input).by ?? 'app'

export function parseReschedule(input: unknown): {
  readonly schedule: Schedule
  readonly latestByMs: number | undefined
  readonly by: string
} {
  const { at, latestByMs, by = 'app' } = parseInput(rescheduleSchema(), input)
  return { schedule: requireSchedule(parseSchedule(at)), latestByMs, by }
}

/** @throws {SocialError} `invalid_input` naming `at`. */
export function requireSchedule(parsed: ParsedSchedule): Schedule {
  if (parsed.schedule) return parsed.schedule
  throw invalidInput([{ path: 'at', code: 'invalid', message: parsed.problem }])
}

function withoutBothForms<
  Input extends { readonly text?: string | undefined; readonly assets?: unknown; readonly parts?: unknown },
>(input: Input): Input {
  if (input.parts === undefined || (input.text === undefined && input.assets === undefined)) return input
  throw invalidInput([
    {
      path: 'parts',
      code: 'conflict',
      message: 'parts stands beside text or assets: give text and assets, or parts, not both.',
    },
  ])
}

function invalidInput(problems: readonly InputProblem[]): SocialError {
  return new SocialError('invalid_input', problems.map(({ message }) => message).join(' '), { problems })
}

const jsonOnly = 'Settings are JSON: text, numbers, booleans, null, lists and plain objects.'

/** What survives being stored: a Date or a bigint would come back as something else. */
function isJson(value: unknown): boolean {
  if (value === null || value === undefined || typeof value === 'string' || typeof value === 'boolean') return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isJson)
  if (typeof value !== 'object') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isJson)
}
