import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import { toRecord } from './check-body.ts'
import type { XSettings } from './switches.ts'

type Json = Readonly<Record<string, unknown>>
type Body = Pick<EmulatorAnswer, 'json' | 'html'>

/** Numbers of the older API for what a refusal says; where it had none, the status takes their place. */
const codes: readonly (readonly [code: number, said: RegExp])[] = [
  [187, /duplicate content/],
  [385, /deleted or not visible/],
  [324, /media IDs are invalid/],
  [261, /oauth1 app permissions/],
  [144, /resource-not-found/],
  [44, /invalid-request/],
  [89, /"Unauthorized"/],
  [88, /"Too Many Requests"/],
  [34, /"title":"Not Found"/],
]

const forms: Readonly<Record<XSettings['errorBodies'], (json: Json, status: number) => Body>> = {
  recorded: (json) => ({ json }),
  single: (json, status) => ({ json: toSingle(json, status) }),
  untyped: ({ type: _, ...json }) => ({ json }),
  coded_list: (json, status) => ({ json: { errors: [toCoded(json, status)] } }),
  coded: (json, status) => ({ json: toCoded(json, status) }),
  html: (_, status) => ({
    html: `<html><head><title>${status}</title></head><body><h1>${status}</h1></body></html>\r\n`,
  }),
  empty: () => ({}),
}

/**
 * Puts what the API refuses into the form that the switch names; token endpoints, which have a form of their own, stay.
 *
 * https://docs.x.com/x-api/fundamentals/response-codes-and-errors
 */
export function putErrorBody(
  { path }: EmulatorRequest,
  answer: EmulatorAnswer,
  { errorBodies }: Pick<XSettings, 'errorBodies'>,
): EmulatorAnswer {
  const isRefusal = answer.status >= 400 && answer.json !== undefined && /^\/2\/(?!oauth2\/)/.test(path)
  if (!isRefusal || errorBodies === 'recorded') return answer
  const { json, headers = {}, ...rest } = answer
  return { ...rest, headers: toHeaders(headers, errorBodies), ...forms[errorBodies](toRecord(json), answer.status) }
}

/** A gateway knows no limits; the older bodies are plain JSON. */
function toHeaders(
  { 'content-type': type, ...others }: Readonly<Record<string, string>>,
  form: XSettings['errorBodies'],
) {
  if (form === 'html' || form === 'empty') return {}
  const isProblem = form === 'single' || form === 'untyped'
  return isProblem && type !== undefined ? { 'content-type': type, ...others } : others
}

/** Violations are told one by one in the newer schema: the first stands in the problem itself. */
function toSingle({ errors, ...problem }: Json, status: number): Json {
  const [first] = Array.isArray(errors) ? errors.map(toRecord) : []
  if (!first) return problem
  const [parameter, values] = Object.entries(toRecord(first.parameters))[0] ?? []
  const sent = Array.isArray(values) ? { value: values.join(',') } : {}
  return { ...problem, detail: first.message, status, ...(parameter === undefined ? {} : { parameter, ...sent }) }
}

function toCoded(json: Json, status: number) {
  const [first] = Array.isArray(json.errors) ? json.errors.map(toRecord) : []
  const message = String(first?.message ?? json.detail ?? json.error ?? '')
  if (typeof first?.code === 'number') return { code: first.code, message }
  const text = JSON.stringify(json)
  return { code: codes.find(([, said]) => said.test(text))?.[0] ?? status, message }
}
