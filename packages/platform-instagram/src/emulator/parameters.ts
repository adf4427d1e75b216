import type { EmulatorRequest } from '@ofm-social/core/testing'

/** Parameters of a call by name, wherever they stood. */
export type Parameters = ReadonlyMap<string, string>

/** Query, form, multipart and JSON alike; the query wins. */
export function readParameters(request: EmulatorRequest): Parameters {
  const form = [...request.form].flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  const body = request.json
  const json = typeof body === 'object' && body !== null && !Array.isArray(body) ? Object.entries(body) : []
  const texts = json
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, typeof value === 'string' ? value : JSON.stringify(value)] as const)
  return new Map([...texts, ...form, ...request.urlencoded, ...request.url.searchParams])
}

/** The token of a call: parameter, or `Authorization: Bearer` (`OAuth` for uploads). */
export function readToken(request: EmulatorRequest, parameters: Parameters): string | undefined {
  const header = /^(?:Bearer|OAuth)\s+(\S+)$/i.exec(request.headers.get('authorization') ?? '')
  return parameters.get('access_token') || header?.[1]
}

/** `true`, `1`; undefined when it was not sent. */
export function readFlag(parameters: Parameters, name: string): boolean | undefined {
  const value = parameters.get(name)
  return value === undefined ? undefined : ['true', '1'].includes(value.toLowerCase())
}

/** A list: separated by commas, or JSON. */
export function readList(value: string | undefined): readonly string[] {
  if (value === undefined || value === '') return []
  if (value.trimStart().startsWith('[')) {
    const parsed = parseJsonText(value)
    if (Array.isArray(parsed)) return parsed.map(String)
  }
  return value.split(',').map((item) => item.trim())
}

/** Undefined when it is no JSON. */
export function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
