import * as needs from './needs.ts'

export interface InstagramRequest {
  readonly fields?: Readonly<Record<string, string>>
  /** Default: the test account's. */
  readonly token?: string
}

export interface InstagramAnswer {
  readonly status: number
  /** Without the tokens that were given; one that was issued is in it. */
  readonly body: string
  readonly json: Readonly<Record<string, unknown>>
  readonly id: string | undefined
  /** Code and subcode of a refusal: `100/33`. */
  readonly code: string | undefined
}

const version = 'v25.0'
const secretNeeds = Object.values(needs).filter(({ variable }) => variable !== undefined)

/** One request, never repeated. Tokens are in the header alone, and taken out of the answer's text. */
export function createCall(caller: {
  readonly baseUrl: string
  readonly accessToken: string
  readonly given: Readonly<Record<string, string>>
}) {
  const { baseUrl, accessToken, given } = caller
  const secrets = [accessToken, ...secretNeeds.flatMap(({ key }) => given[key] ?? [])]
  return async (method: string, path: string, request: InstagramRequest = {}): Promise<InstagramAnswer> => {
    const response = await fetch(`${baseUrl.replace(/\/+$/, '')}/${version}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(120_000),
      headers: { authorization: `Bearer ${request.token ?? accessToken}` },
      body: request.fields ? new URLSearchParams(request.fields) : null,
    })
    const text = await response.text()
    const json = toRecord(parse(text))
    return {
      status: response.status,
      body: secrets.reduce((body, secret) => body.replaceAll(secret, '…'), text),
      json,
      id: typeof json.id === 'string' ? json.id : undefined,
      code: toCode(toRecord(json.error)),
    }
  }
}

function toCode({ code, error_subcode: subcode }: Readonly<Record<string, unknown>>): string | undefined {
  if (code === undefined) return undefined
  return subcode === undefined ? String(code) : `${code}/${subcode}`
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function toRecord(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {}
}
