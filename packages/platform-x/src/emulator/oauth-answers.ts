import type { EmulatorAnswer, EmulatorRequest } from '@ofm-social/core/testing'
import type { XApp } from './state.ts'
import type { XSettings } from './switches.ts'

/** The error shape of the token endpoints. */
export function answerOAuthError(status: number, error: string, description: string): EmulatorAnswer {
  return { status, json: { error, error_description: description } }
}

export const wrongCode = answerOAuthError(
  400,
  'invalid_request',
  'Value passed for the authorization code was invalid.',
)
export const wrongToken = answerOAuthError(400, 'invalid_request', 'Value passed for the token was invalid.')

/** Fields of a token call: the documented form, or the JSON that the main TypeScript client sends. */
export function readFields(request: EmulatorRequest): ReadonlyMap<string, string> {
  const json = typeof request.json === 'object' && request.json !== null ? Object.entries(request.json) : []
  const texts = json.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value] as const] : []))
  return new Map([...request.urlencoded, ...texts])
}

/** Why the app is not who it says; undefined when it is. A confidential client needs the Basic header, whatever else it sends. */
export function refuseClient(
  request: EmulatorRequest,
  fields: ReadonlyMap<string, string>,
  app: XApp,
  { appType }: XSettings,
): EmulatorAnswer | undefined {
  const basic = readBasic(request)
  const clientId = fields.get('client_id')
  if (appType === 'confidential' && !basic) {
    return answerOAuthError(401, 'unauthorized_client', 'Missing valid authorization header')
  }
  const isApp = basic ? basic.name === app.clientId && basic.secret === app.clientSecret : clientId === app.clientId
  if (!isApp || (clientId !== undefined && clientId !== app.clientId)) {
    return answerOAuthError(400, 'invalid_client', 'Value passed for the client was invalid.')
  }
  return undefined
}

/** Name and secret of `Authorization: Basic`. */
export function readBasic(request: EmulatorRequest): { readonly name: string; readonly secret: string } | undefined {
  const encoded = /^Basic (.+)$/i.exec(request.headers.get('authorization') ?? '')?.[1]
  if (encoded === undefined) return undefined
  const [name = '', secret = ''] = Buffer.from(encoded, 'base64').toString('utf8').split(':')
  return { name: decode(name), secret: decode(secret) }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
